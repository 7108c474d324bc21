package demo

import (
	"strings"

	"guanjia/internal/ticket"
)

// matter is something that breaks, as people tell it and as it is mended.
type matter struct {
	category string
	grades   string // that it may have
	places   []string
	title    string
	told     []string // descriptions
	cause    string
	remedy   string
	note     string
}

// Where things stand that belong to everybody.
var (
	lifts   = []string{"1栋电梯厅", "3栋2单元客梯", "6栋1单元客梯", "A栋1号客梯", "A栋2号客梯"}
	garage  = []string{"地下车库B1西区", "地下车库B1东区", "地下车库出口"}
	gates   = []string{"东门岗亭", "南门人行口", "3栋2单元单元门", "6栋2单元单元门", "A栋大堂"}
	outside = []string{"中心花园", "儿童活动区", "1栋北侧道路", "5栋南侧绿地", "商铺后通道"}
	stairs  = []string{"2栋1单元楼道", "5栋3单元楼道", "6栋3单元 7 层", "1栋 12 层走廊"}
)

// matters: a room is meant where no places stand.
var matters = []matter{
	{"facilities.water", "A", nil, "厨房给水管爆裂，大量进水", []string{"水喷到天花板，已关角阀，地面积水约两厘米。", "橱柜下水管崩开，水流到客厅，请尽快来人。"}, "软管老化爆裂", "关闭分户阀，更换不锈钢软管，试压无渗漏", "楼下住户已电话告知，暂无渗水"},
	{"facilities.water", "BC", nil, "卫生间下水堵塞返水", []string{"洗澡时地漏返水，有异味。", "马桶与地漏同时返水，怀疑主管堵塞。"}, "毛发与杂物淤积", "机械疏通横管，清理地漏存水弯", "建议加装地漏滤网"},
	{"facilities.water", "C", nil, "厨房水槽下方渗水", []string{"柜子里有水，擦干一会儿又有。", "用水时滴得厉害，不用时没有。"}, "下水软管接口松动", "更换密封圈并紧固，通水检查十分钟", ""},
	{"facilities.water", "C", nil, "水压偏小，热水器打不着", []string{"早晚高峰特别明显，邻居家正常。"}, "入户过滤器堵塞", "清洗前置过滤器，水压恢复至 0.28 MPa", ""},
	{"facilities.water", "B", garage, "地下车库管道滴水", []string{"车位上方滴水，已用水桶接着，怕滴到车上。"}, "消火栓支管沟槽接头渗漏", "更换沟槽垫圈，恢复供水并擦干地面", "已摆放警示锥桶"},
	{"facilities.power", "A", nil, "入户电箱冒火花，家中停电", []string{"电箱有焦味，听到啪啪响，不敢碰。"}, "总开接线端子烧蚀", "断电更换 63A 断路器，重新压接端子，测温正常", "已提醒不要同时开启多台大功率电器"},
	{"facilities.power", "BC", nil, "厨房插座没电", []string{"其他房间正常，推不上空气开关。", "一开烤箱就跳闸，现在插座都没电。"}, "插座内部短路", "更换插座，绝缘测试合格，恢复送电", ""},
	{"facilities.power", "C", stairs, "楼道灯不亮", []string{"晚上看不见台阶，家里有老人。", "声控灯要拍很多次才亮，现在完全不亮。"}, "灯具驱动损坏", "更换 LED 声控灯两只", ""},
	{"facilities.power", "B", garage, "车库照明大面积熄灭", []string{"整排灯都不亮，拐弯处看不清。"}, "照明回路漏电跳闸", "排查出一只灯具进水，更换后恢复", ""},
	{"facilities.gas", "B", nil, "燃气灶打不着火", []string{"两个灶头都打不着，没有闻到气味。", "换过电池还是打不着，热水器也不行。"}, "燃气表电池欠压关阀", "更换燃气表电池，检漏合格后恢复供气", ""},
	{"facilities.gas", "A", nil, "厨房有燃气味", []string{"做饭时闻到明显气味，已开窗关总阀。"}, "灶具连接软管破损", "更换金属波纹管，检漏仪复测为零", "已请客户通风，勿开关电器"},
	{"facilities.heat", "C", nil, "主卧暖气不热", []string{"客厅正常，主卧一点不热。", "地暖有一路不热，其他正常。"}, "分水器存气", "排气并清洗过滤网，回水温度正常", ""},
	{"facilities.doors", "C", nil, "入户门锁打不开", []string{"钥匙能插进去转不动，人在门外。", "智能锁不识别指纹，机械钥匙也很紧。"}, "锁芯卡滞", "拆洗锁芯并润滑，试开二十次正常", ""},
	{"facilities.doors", "BC", gates, "单元门闭门器失效", []string{"门关不严，晚上不安全。", "门关得太快，夹到小孩的手。"}, "闭门器漏油", "更换闭门器并调整关门速度", ""},
	{"facilities.doors", "C", nil, "阳台推拉窗脱轨", []string{"窗户推不动，风大有响声。"}, "滑轮磨损", "更换滑轮四只，校正轨道", ""},
	{"facilities.lift", "A", lifts, "电梯困人", []string{"轿厢停在 7 层与 8 层之间，里面两位大人一个小孩，情绪稳定。", "电梯突然停住，对讲有人应答，一人被困。"}, "门锁触点接触不良", "按规程平层放人，维保单位更换门锁触点并试运行", "维保单位 18 分钟到场，被困人员无不适"},
	{"facilities.lift", "B", lifts, "电梯运行有异响", []string{"上行到 10 层左右咯噔一声。", "开关门时声音很大，有时要关两次。"}, "门刀与门轮间隙过小", "调整门刀间隙，润滑导轨，试运行正常", ""},
	{"facilities.fire", "B", stairs, "应急灯与疏散指示不亮", []string{"巡查发现两只应急灯不亮。"}, "蓄电池失效", "更换蓄电池两组，断电测试 90 分钟", ""},
	{"facilities.fire", "B", garage, "烟感误报", []string{"主机报 B1 西区烟感，现场无烟无火。"}, "探测器积尘", "清洁探测器并复位，主机恢复正常", "现场确认无火情"},
	{"facilities.home", "C", nil, "马桶水箱一直流水", []string{"水表走得很快，一直听到流水声。", "按下去不回弹，水流不停。"}, "进水阀密封失效", "更换进水阀，观察半小时无溢流", "人工免费，材料费已向客户说明"},
	{"facilities.home", "C", nil, "水龙头滴漏", []string{"关不紧，晚上滴水声很吵。"}, "陶瓷阀芯磨损", "更换阀芯", ""},
	{"facilities.home", "C", nil, "浴霸不转", []string{"灯亮但是不出风。", "开了没反应，两天前还好的。"}, "电机电容损坏", "更换电容，通电试运行", ""},
	{"facilities.other", "C", outside, "健身器材松动", []string{"漫步机晃得厉害，老人在用，怕摔。"}, "地脚螺栓松动", "加固地脚并更换防松螺母", ""},
	{"facilities.other", "C", gates, "信报箱门锁坏", []string{"信报箱关不上，快递单会掉。"}, "锁舌断裂", "更换锁芯，新钥匙交业主", ""},
	{"safety.access", "B", gates, "门禁刷卡没反应", []string{"刷卡、刷脸都没反应，很多人堵在门口。", "卡片在别的门正常，只有这里不行。"}, "读卡器电源故障", "更换读卡器电源模块，测试二十张卡正常", ""},
	{"safety.camera", "B", garage, "监控画面黑屏", []string{"中控室 12 号画面无信号。"}, "网线水晶头氧化", "重做水晶头，画面恢复并核对录像", ""},
	{"safety.firelane", "A", []string{"5栋消防通道", "6栋南侧消防登高面"}, "消防通道被私家车堵住", []string{"一辆白色车横停在消防通道，没留电话。"}, "外来车辆违停", "联系车主驶离，增设隔离桩一处", "已在业主群提醒"},
	{"safety.falling", "A", []string{"1栋北侧", "A栋西侧"}, "外墙瓷砖松动，有坠落危险", []string{"三楼外墙瓷砖翘起，下面是人行道。"}, "外墙饰面空鼓", "拉警戒线，登高拆除松动瓷砖约 0.6 平方米", "已列入外墙排查计划"},
	{"safety.wire", "A", outside, "草坪灯电线裸露", []string{"灯罩被撞掉，线露在外面，小孩会经过。"}, "灯具被撞损坏", "断电，更换灯具并做防水接头", "回路漏电保护测试正常"},
	{"safety.order", "B", gates, "外来人员尾随进入", []string{"有人跟着外卖员进来发传单。"}, "高峰时段核验不严", "劝离并加强岗位核验", ""},
	{"safety.other", "B", outside, "窨井盖松动", []string{"走路踩上去会翘，晚上看不见。"}, "井圈破损", "更换井盖与井圈，设防坠网", ""},
	{"environment.cleaning", "C", stairs, "楼道两天没有打扫", []string{"地上有饮料渍，鞋底发粘。", "电梯里有垃圾味，地面很脏。"}, "保洁员请假未顶岗", "当日补扫并冲洗，调整排班", ""},
	{"environment.refuse", "C", outside, "垃圾桶满溢有异味", []string{"早上九点还没清运，苍蝇很多。"}, "清运车晚点", "联系清运单位加运一次，冲洗桶站", ""},
	{"environment.greening", "C", outside, "树枝遮挡窗户", []string{"二楼窗户被香樟挡住，屋里很暗。", "枝条伸到窗前，刮风时敲得窗户响。"}, "未及时修剪", "修剪枝条并清运", ""},
	{"environment.public", "C", stairs, "楼道堆放杂物", []string{"纸箱和旧鞋柜放了一周，过道变窄。"}, "住户临时堆放", "与住户沟通后清走，张贴提示", ""},
	{"environment.pest", "C", stairs, "楼道有蟑螂", []string{"晚上开灯能看见好几只。"}, "管道井缝隙", "投放饵剂并封堵缝隙，两周后复查", ""},
	{"engineering.seepage", "BC", nil, "飘窗下沿渗水", []string{"每次下雨墙面都湿一片，涂料起皮。", "台风后墙角有水渍，一直没有干。"}, "外窗密封胶开裂", "铲除旧胶重新打胶，淋水试验无渗漏", "墙面修补待干透后另约"},
	{"engineering.cracks", "C", nil, "客厅墙面裂缝", []string{"从门角斜上去约一米，怕有问题。"}, "抹灰层收缩", "开槽挂网修补，建议观察一个月", ""},
}

// kind is a service where something is to be cleaned or cut, else a repair.
func (m matter) kind() ticket.Kind {
	if strings.HasPrefix(m.category, "environment.") {
		return ticket.Chore
	}
	return ticket.Repair
}

// grades of the three hundred: about 1 : 4 : 15.
var grades = map[ticket.Grade]int{ticket.A: 15, ticket.B: 60, ticket.C: 225}

var (
	refusals = []string{"正在处理另一处漏水，半小时内到不了", "需要登高，我没有登高证", "去仓库领料，请转给同事"}
	cancels  = []string{"客户来电：已自行恢复，不用来了", "与另一张工单重复", "客户外出，改日再约", "属供电公司抢修范围，已告知客户 95598"}
	unheard  = []string{"无人接听", "占线，稍后再拨", "客户在开会，请晚点再打"}
	praise   = []string{"师傅来得很快，收拾得也干净", "态度好，讲得清楚", "比预想的快，谢谢", "很专业，点赞", "", "", "没有问题了", "挺好的"}
	mild     = []string{"修好了，就是等得有点久", "希望以后先打个电话再来", "还可以", ""}
	blame    = []string{"等了一整天才来", "第二次才修好，不太满意", "说好上午来，下午才到"}
)
