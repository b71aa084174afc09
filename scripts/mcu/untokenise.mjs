// Tokenised code back to text, as the emulated board does it.
import { loadSource } from './load-sources.mjs';

export const { untokenise } = loadSource('emulator/board/untokenise');
