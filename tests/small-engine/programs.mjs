// Small programs for the meter, as the hoist pass leaves them: [what, code]. Each gives `f`, which is called with 3.
export const programs = [
  ['a loop', 'exports.f=function(n){var i,s;s=0;for(i=0;i<n;i++){s+=i;}return s;};'],
  ['an early return', 'exports.f=function(n){if(n===3){return "three";}n=n+1;n=n+1;n=n+1;return n;};'],
  ['the same without it', 'exports.f=function(n){if(n===4){return "three";}n=n+1;n=n+1;n=n+1;return n;};'],
  ['closures', 'exports.f=function(n){var g;g=function(a){return function(b){return a*b+n;};};return g(4)(5);};'],
  ['a function that calls itself', 'exports.f=function f(n){return n<2?1:n*f(n-1);};'],
  ['methods', 'function m(a){this.v+=a;return this.v;}exports.f=function(n){var o;o={v:1,m:m};o.m(n);return o.m(n);};'],
  ['callbacks of the engine', 'exports.f=function(n){var s;s="";[1,2,n].forEach(function(a){s+=a;});return s;};'],
  ['natives', 'exports.f=function(n){return E.CRC32("ab")+String.fromCharCode(64+n).charCodeAt(0);};'],
  ['logic', 'exports.f=function(n){return(n&&n>2||n.x)?!n||typeof n:void 0;};'],
  [
    'loops left early',
    'exports.f=function(n){var i;i=0;while(true){i++;if(i>n)break;if(i===1)continue;}do{i++;}while(i<9);return i;};',
  ],
  [
    'a switch',
    'exports.f=function(n){switch(n){case 1:return "a";case 3:n=n+1;case 4:n=n*2;break;default:n=0;}return n;};',
  ],
  ['typed arrays', 'exports.f=function(n){var t;t=new Uint8Array(4);t[n]=300;t.set("A",0);return t[n]*10+t.length;};'],
];
