-- Other names are found like names (CUS-03): by beginning, reading and initials, in one community or along all.
CREATE INDEX customer_alias_pinyin ON customer_alias (community_id, pinyin);
CREATE INDEX customer_alias_initials ON customer_alias (community_id, initials, name);
CREATE INDEX customer_alias_name_all ON customer_alias (name, customer_id, community_id);
CREATE INDEX customer_alias_pinyin_all ON customer_alias (pinyin, customer_id, community_id);
CREATE INDEX customer_alias_initials_all ON customer_alias (initials, name, customer_id, community_id);
