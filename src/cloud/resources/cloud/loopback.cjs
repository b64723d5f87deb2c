'use strict';
// Preloaded into each emulator (node --require). Two things it adds:
// - servers listen on 127.0.0.1 only (kinesis-local has no bind option and would listen on all interfaces);
// - a port below 10 means "any free one", and the port really taken is printed, which also proves that the server is this process.
const net = require('node:net');

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (...args) {
  const options = typeof args[0] === 'object' && args[0] !== null ? { ...args.shift() } : { port: args.shift() };
  while (args.length > 0 && typeof args[0] !== 'function') args.shift();
  const wanted = Number(options.port);
  options.port = wanted < 10 ? 0 : wanted;
  options.host = '127.0.0.1';
  this.once('listening', () => console.log(`listening ${wanted} ${this.address().port}`));
  return listen.call(this, options, ...args);
};
