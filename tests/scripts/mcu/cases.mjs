// Cases of the small engine's build steps.

/** [what, ES5 in, what the hoist pass must make of it]. */
export const hoistCases = [
  ['a function above its use', 'a();function a(){}', 'function a(){}a();'],
  ['a variable above its use', 'a=1;var a;', 'var a;a=1;'],
  ['several, with and without value', 'var a=1,b,c=2;', 'var a,b,c;a=1,c=2;'],
  ['a loop variable', 'for(var i=0,j=1;i<2;i++)b(i,j)', 'var i,j;for(i=0,j=1;i<2;i++)b(i,j);'],
  ['within blocks', 'if(a){var b=1}else{var b=2}', 'var b;if(a){b=1}else{b=2}'],
  ['within a function', 'function f(){g();var x=1;function g(){}}', 'function f(){var x;function g(){}g();x=1}'],
  ['a function in a branch', 'function f(){if(a){function g(){}g()}}', 'function f(){function g(){}if(a){g()}}'],
  ['not twice, not a parameter', 'function f(a){var a=1,b=1,b=2}', 'function f(a){var b;a=1,b=1,b=2}'],
  ['a function expression in an initialiser', 'var f=function(){x=1;var x};', 'var f;f=function(){var x;x=1};'],
  ['return without semicolon', 'function f(){if(a){return}b()}', 'function f(){if(a){return;}b()}'],
  ['break without semicolon', 'for(;;){if(a)break}', 'for(;;){if(a)break;}'],
  ['integers in plain digits', 'a=1e3+0xff', 'a=1000+255;'],
];

/** [what, ES5 code, part of the only problem, or '' when there is none]. */
export const checkCases = [
  ['clean code', 'var a;function f(b){return b+a;}exports.f=f;', ''],
  ['ES2015 is left', 'let a=1;', 'not ES5'],
  ['a label', 'a:for(;;)break a;', 'label'],
  ['case after default', 'switch(exports){default:break;case 1:break;}', 'case after default'],
  ['a string straight after case', 'switch(exports){case 1:"a"==exports;}', 'string literal straight after case'],
  ['a hole', 'exports.a=[1,,2];', 'array hole'],
  ['return without semicolon', 'exports.a=function(){return}', 'statement without its semicolon'],
  ['a function below its use', 'exports.a=f();function f(){}', 'declaration not hoisted'],
  ['a variable with a value', 'var a=1;', 'declaration with a value'],
  ['unary plus', 'exports.a=+exports;', 'unary plus'],
  ['assignment to length', 'exports.length=0;', 'assignment to length'],
  ['parseInt without radix', 'exports.a=parseInt("1");', 'parseInt radix'],
  ['a throw', 'throw 1;', 'throw'],
  ['for-in', 'var a;for(a in exports);', 'for-in'],
  ['a lowering helper', 'exports.a=__assign({},exports);', 'lowering helper __assign'],
  ['a promise', 'exports.a=new Promise(exports);', 'global Promise'],
  ['an undeclared name', 'a=1;', 'global a'],
  ['a wide string', 'exports.a="\\u6d88";', 'string beyond Latin-1'],
  ['a counted repetition', 'exports.a=/a{2}/;', 'regular expression: {n}'],
  ['a property named like a global', 'exports.Promise={Map:1};', ''],
];
