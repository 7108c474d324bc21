// Words of what is reported from the grounds; they are loaded with its page (TIC-01).
import { currentLang, interpolate } from '../kit/i18n.ts';

const zh = {
  title: '公共区域报事',
  back: '返回',
  words: '看到了什么',
  'words.missing': '请写明看到了什么。',
  place: '在哪里',
  'place.missing': '请写明在哪里。',
  category: '类别',
  grade: '等级',
  A: 'A 紧急',
  B: 'B 重要',
  C: 'C 一般',
  photo: '拍照',
  'photo.most': '最多 {n} 张，这张没有加上。',
  'photo.drop': '去掉第 {n} 张照片',
  position: '附上手机位置',
  'position.why': '方便同事找到地方；办结后过期清除。',
  'position.asking': '正在取得位置…',
  'position.known': '已取得，随报事一起登记。',
  'position.silent': '手机没有给出位置，写清在哪里就可以。',
  go: '登记',
  sending: '正在登记…',
};

const en: typeof zh = {
  title: 'Report from the grounds',
  back: 'Back',
  words: 'What is to be seen',
  'words.missing': 'Say what is to be seen.',
  place: 'Where',
  'place.missing': 'Say where.',
  category: 'Category',
  grade: 'Grade',
  A: 'A emergency',
  B: 'B important',
  C: 'C ordinary',
  photo: 'Photo',
  'photo.most': 'At most {n}; this one was not added.',
  'photo.drop': 'Take away photo {n}',
  position: 'Add where the phone is',
  'position.why': 'Colleagues find the place; it is erased some time after the end.',
  'position.asking': 'Asking the phone…',
  'position.known': 'Known; it goes with the report.',
  'position.silent': 'The phone did not say; words for the place are enough.',
  go: 'Report it',
  sending: 'Reporting…',
};

export const w = (key: keyof typeof zh, params?: Parameters<typeof interpolate>[1]): string =>
  interpolate((currentLang() === 'en' ? en : zh)[key], params);
