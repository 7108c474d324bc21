// A mail server and a push service on this machine, for stories in which something leaves the program.
import { createServer as http } from 'node:http';
import { createServer as tcp } from 'node:net';

/** Takes letters for everybody from who signs in as "post" with "right horse". */
export async function mailServer() {
  const letters = [];
  const server = tcp(socket => {
    const say = text => socket.write(`${text}\r\n`);
    let [rest, data, to, letter] = ['', false, '', ''];
    socket.on('error', () => {});
    say('220 localhost');
    const line = text => {
      if (data) {
        if (text !== '.') {
          letter += `${text.replace(/^\.\./, '.')}\r\n`;
          return;
        }
        data = false;
        letters.push({ to, ...read(letter) });
        say('250 taken');
        return;
      }
      const [verb] = text.toUpperCase().split(/[ :]/);
      if (verb === 'EHLO') socket.write('250-localhost\r\n250 AUTH PLAIN\r\n');
      else if (verb === 'AUTH') {
        const [, user, password] = Buffer.from(text.split(' ')[2] ?? '', 'base64')
          .toString()
          .split('\0');
        say(user === 'post' && password === 'right horse' ? '235 come in' : '535 5.7.8 who are you');
      } else if (verb === 'RCPT') {
        to = /<(.*?)>/.exec(text)?.[1] ?? '';
        say('250 fine');
      } else if (verb === 'DATA') {
        [data, letter] = [true, ''];
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        socket.end();
      } else say('250 fine');
    };
    socket.on('data', piece => {
      const lines = (rest + piece).split('\r\n');
      rest = lines.pop() ?? '';
      for (const text of lines) line(text);
    });
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { port: server.address().port, letters, close: () => server.close() };
}

const quoted = text =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString();

/** Subject and plain text of a letter with alternatives. */
function read(letter) {
  const end = letter.indexOf('\r\n\r\n');
  const head = letter.slice(0, end).replace(/\r\n[ \t]+/g, ' ');
  const subject = /^Subject: (.*)$/m
    .exec(head)[1]
    .trim()
    .replaceAll('?= =?', '?==?')
    .replace(/=\?UTF-8\?q\?(.*?)\?=/gi, (_, text) => quoted(text.replaceAll('_', ' ')));
  const boundary = /boundary="?([\w'()+,./:=?-]+)"?/.exec(head)[1];
  const plain = letter.split(`--${boundary}`).find(part => part.includes('text/plain'));
  return { subject, text: quoted(plain.slice(plain.indexOf('\r\n\r\n') + 4)) };
}

/** Keeps the headers of everything that is pushed. */
export async function pushService() {
  const calls = [];
  const server = http((request, response) => {
    let size = 0;
    request.on('data', piece => {
      size += piece.length;
    });
    request.on('end', () => {
      calls.push({ headers: request.headers, path: request.url, size });
      response.writeHead(201).end();
    });
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, calls, close: () => server.close() };
}
