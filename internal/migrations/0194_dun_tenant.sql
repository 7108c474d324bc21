-- What a tenant does not pay is asked of the tenant, and after a while of the owner too, who is jointly liable (物业管理条例 article 41, ARR-02).
-- debtor: whose lines a step is about, 'tenant:…'; empty: those of the owners. to_owner: the owner is told of a tenant's lines.
ALTER TABLE dun ADD COLUMN debtor TEXT NOT NULL DEFAULT '';
ALTER TABLE dun ADD COLUMN to_owner BOOLEAN NOT NULL DEFAULT FALSE;
-- Communities that wrote their own ladder get the step that ships for owners; they may change it or switch it off.
UPDATE arrears_rules SET steps = SUBSTR(steps, 1, LENGTH(steps) - 1) || ',{"code":"owner+15","to":"owner","days":15,"channel":"app","on":true,"zh":"【{community}】{room}由租户支付的账单{amount}元已于{due}到期，尚未缴纳。依《物业管理条例》第四十一条，业主对租户应交的费用负连带责任：请督促租户缴纳，或在手机上代为支付。咨询电话{phone}。","en":"{community}: bills of {room} that your tenant pays, ¥{amount}, were due on {due} and are open. Owners are jointly liable for them (Regulations on Property Management, article 41): please have your tenant pay, or pay them on your phone. Questions: {phone}."}]' WHERE steps <> '[]'
