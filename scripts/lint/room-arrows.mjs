// Imports follow the arrows between the rooms and never turn back; portable rooms import nothing but the house.
import { arrows, importVisitors, importedPath, portable, relativePath, roomOf } from './rooms.mjs';

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      arrow: '{{from}}/ may not import from {{to}}/: the arrows are in scripts/lint/rooms.mjs',
      package: "{{from}}/ is portable: it imports only the house's own files, not '{{specifier}}'",
    },
  },
  create(context) {
    const from = roomOf(relativePath(context.filename));
    const allowed = arrows[from];
    if (!allowed) return {};
    return importVisitors((node, specifier) => {
      const target = importedPath(context.filename, specifier);
      if (target === '') {
        if (portable.includes(from)) context.report({ node, messageId: 'package', data: { from, specifier } });
        return;
      }
      const to = roomOf(target);
      // Files beside the rooms (package.json) belong to nobody; the portable rooms have no business there.
      if (to === from || allowed.includes(to) || (!(to in arrows) && to !== 'scripts' && !portable.includes(from)))
        return;
      context.report({ node, messageId: 'arrow', data: { from, to } });
    });
  },
};
