package demo

import (
	"fmt"
	"strings"
)

// Frequent surnames first: the lower the number, the more often it is drawn.
var surnames = strings.Fields(`王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢
	蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易
	常 武 乔 贺 赖 龚 文 欧阳 上官 司徒 诸葛`)

// Given names by who bears them nowadays.
var (
	menNames = strings.Fields(`伟 强 磊 军 勇 杰 涛 明 超 刚 平 辉 鹏 华 飞 鑫 波 斌 宇 浩 凯 健 俊 帆 帅 旭 宁 龙 林 建国 志强 建华 国平 海涛 文博 立新 晓东 志远 德明 永康
		启航 承志 向阳 振宇 家豪 子轩 明轩 泽宇 昊天 嘉诚 一鸣 景行 思远 云飞`)
	womenNames = strings.Fields(`芳 娜 敏 静 丽 艳 娟 霞 燕 玲 婷 雪 慧 莹 洁 琳 颖 倩 佳 丹 萍 红 梅 兰 菊 秀英 桂兰 玉珍 淑华 海燕 晓梅 雅琴 美玲 佳怡 诗涵 雨桐 欣怡 思雨
		若曦 静怡 梦瑶 可欣 语嫣 婉清 书瑶 采薇 清扬 映雪`)
	elderNames = strings.Fields(`福生 根宝 德福 长庚 金水 荣华 学勤 守义 桂芳 秀兰 玉兰 凤英 素珍 月娥 惠芬 翠英 兰芝 阿妹`)
	childNames = strings.Fields(`梓涵 浩然 子涵 一诺 欣妍 宇轩 沐辰 语桐 可馨 俊熙 依诺 奕辰 若汐 思齐 小满 星辰 安然 乐言 知夏 时雨 雨泽 嘉禾`)
)

func (m *maker) surname() string {
	r := m.dice.Float64()
	return surnames[int(r*r*float64(len(surnames)))]
}

func (m *maker) adult() string {
	return m.surname() + pick(m, [][]string{menNames, womenNames}[m.dice.IntN(2)])
}

// surnameOf is the surname of an invented name, for children.
func surnameOf(name string) string {
	for _, s := range surnames {
		if strings.HasPrefix(name, s) && len(s) > len("王") {
			return s
		}
	}
	return string([]rune(name)[:1])
}

// book hands out mobiles of blocks that nobody has, each once.
type book struct {
	owners, others []int
}

// newBook leaves out the number of the first story's household.
func (m *maker) newBook() *book {
	b := &book{m.dice.Perm(10_000), m.dice.Perm(5_000)}
	for i, n := range b.owners {
		if n == 5678 {
			b.owners = append(b.owners[:i], b.owners[i+1:]...)
			break
		}
	}
	return b
}

func (b *book) owner() (number string) {
	number, b.owners = fmt.Sprintf("1380013%04d", b.owners[0]), b.owners[1:]
	return number
}

func (b *book) other() (number string) {
	number, b.others = fmt.Sprintf("1990000%04d", b.others[0]), b.others[1:]
	return number
}
