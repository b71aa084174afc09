// Runs programs as they are and with what is called once in its place, and prints what each logged: fixed ones, and many made
// by chance with a fixed seed. An ES module, which Jest does not load.
import { inlineCalls } from '../../../scripts/mcu/inline-calls.mjs';

/** [what, body of `function (log, x)`, functions left in it]. */
const cases = [
  ['a statement', 'function f(a){log(a)} f(x);log(9)', 0],
  ['its value', 'function f(a){return a+1} var y=f(x);log(y)', 0],
  ['an early return before more', 'function f(a){if(a>3){log(1);return}log(2)} f(x);log(9)', 0],
  [
    'a return out of a loop, more behind: stays',
    'function f(a){for(var i=0;i<9;i++){if(i===a)return;log(i)}} f(x);log(9)',
    1,
  ],
  [
    'a return out of a loop, at the end',
    'function f(a){for(var i=0;i<9;i++){if(i===a)return i;log(i)}} function g(){f(x)} g();g()',
    1,
  ],
  [
    'its value returned',
    'function f(a){for(var i=0;;i++){if(i===a)return i}} function g(){return f(x)} log(g());log(g())',
    1,
  ],
  ['right of &&', 'function f(a){log(a);return a>2} var y=x>4&&f(x);log(y);if(x>1&&y)log(7);else log(8)', 0],
  ['right of || in a condition', 'function f(a){log(a);return a>2} if(x===0||f(x))log(7);else log(8)', 0],
  ['in a branch of ?:', 'function f(a){log(a);return a*2} log(x>3?f(x):-1)', 0],
  ['after something that it changes: stays', 'var n=x;function f(){n++;return 5} log(n+f());log(n)', 1],
  ['after something that nothing changes', 'var n=x;function f(){log(n);return 5} var m=n+f();log(m)', 0],
  [
    'in a loop, with a variable that begins unset',
    'function f(i){var u;if(i===1)u=i;log(u)} for(var i=0;i<3;i++)f(i)',
    0,
  ],
  [
    'a name of the caller hides one that it means',
    'var v=1;function f(){log(v)} function g(v){f();log(v)} g(x);g(2)',
    1,
  ],
  ['a parameter that it changes', 'function f(a){a++;return a} var y=x;log(f(y));log(y)', 0],
  ['less is passed than it takes', 'function f(a,b){log(a);log(b)} f(x);', 0],
  [
    'a closure with a variable named as what is passed',
    'function f(d){return [function(y){log(d);log(y)}]} var y=x,h=[1].map(function(){return y});f(y)[0](h[0])',
    null,
  ],
  ['it calls itself: stays', 'function f(a){if(a>0)f(a-1);log(a)} f(x)', 1],
  ['two call each other', 'function f(a){log(a);if(a>0)g(a-1)} function g(a){f(a)} f(x)', 1],
  ['it is handed on: stays', 'function f(a){log(a)} [x].forEach(f)', 1],
  ['in the test of a loop: stays', 'var n=0;function f(){return n++<x} while(f())log(n)', 1],
  ['in else if', 'function f(a){return a>2} if(x===0)log(0);else if(f(x))log(1);else log(2)', 0],
  ['an argument behind another', 'function f(a){log(a);return a+1} function g(a,b){log(a);log(b)} g(x,f(x));g(1,2)', 1],
];

let seed = 4711;
const below = (limit) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % limit;
};
const pick = (...all) => all[below(all.length)];

function value(names) {
  return pick(...names, String(below(9)), `${pick(...names)}+${below(5)}`, `(log(${below(90)}),${below(6)})`);
}
const test = (names) => pick(`${value(names)}>${below(6)}`, `${pick(...names)}&1`, `!(${value(names)})`);

function statements(names, depth) {
  return Array.from({ length: 1 + below(3) }, () => {
    switch (below(depth > 0 ? 9 : 5)) {
      case 0:
        return `log(${value(names)});`;
      case 1:
        return `${pick(...names.filter((name) => name !== 'k'))}=${value(names)};`;
      case 2:
        return below(2) ? `return ${value(names)};` : 'return;';
      case 3:
        return 'state++;';
      case 4:
        return `log(state+${value(names)});`;
      case 5:
        return `for(var k=0;k<3;k++){${statements([...names, 'k'], 0)}}`;
      default:
        return `if(${test(names)}){${statements(names, depth - 1)}}${below(2) ? `else{${statements(names, depth - 1)}}` : ''}`;
    }
  }).join('');
}

function program() {
  const call = `f(${value(['p', 'q'])},${value(['p', 'q'])})`;
  const use = pick(
    `${call};`,
    `p=${call};`,
    `var r=${call};log(r);`,
    `return ${call};`,
    `log(p,${call});`,
    `log(p+${call});`,
    `if(${call})log(1);else log(2);`,
    `if(p>2&&${call})log(3);`,
    `log(p>2||${call});`,
    `return q>1?${call}:7;`,
    `for(var i=0;i<2;i++){${call};}`,
    `if(q===2)${call};`,
    `p>3&&${call};`,
    `return p>1&&${call};`,
    `log(state+${call});`,
    `if(!${call})return 5;`,
    `if(p===0)log(0);else if(${call})log(1);`,
  );
  const inner = below(4) === 0 ? 'function h(z){log(z+p)}h(a);' : '';
  return (
    `var state=0;function f(a,b){var c=${value(['a', 'b'])},u;${inner.replace('p', 'b')}${statements(['a', 'b', 'c'], 2)}log(u);}` +
    `function g(p,q){${below(3) ? '' : `log(${value(['p', 'q'])});`}${use}${below(2) ? 'log(p);' : ''}}` +
    'log(g(x,2));log(g(1,x));log(state);'
  );
}

function run(code) {
  const results = [];
  for (let x = 0; x < 6; x++) {
    const log = [];
    Function('log', 'x', code)((...values) => void log.push(String(values)), x);
    results.push(log.join(' '));
  }
  return results;
}
const body = (code) => code.slice(code.indexOf('{') + 1, code.lastIndexOf('}'));

function compare(what, code, left) {
  const { code: out, count } = inlineCalls({ code: `exports.f=function(log,x){${code}};` });
  const placed = body(out);
  const functions = left === null ? null : placed.split('function ').length - 1;
  return { what, code, placed, count, left, functions, expected: run(code), found: run(placed) };
}

const programs = Array.from({ length: 600 }, (_, index) => compare(`program ${index}`, program(), null));
process.stdout.write(
  JSON.stringify({
    cases: cases.map(([what, code, left]) => compare(what, code, left)),
    different: programs.filter(({ expected, found }) => String(expected) !== String(found)).slice(0, 3),
    placed: programs.filter(({ count }) => count > 0).length,
  }),
);
