/** What every slip says about the terminal and its merchant. */
import type { SaleSlipInfo } from '../slips/sale-slip';
import type { Terminal } from '../terminal-context';

export function slipInfo(terminal: Terminal): SaleSlipInfo {
  const { settings, text, board } = terminal;
  return {
    merchantName: settings.merchantName,
    merchantId: settings.merchantId,
    terminalId: settings.terminalId,
    hotline: settings.hotline,
    logo: settings.slipLogo,
    qr: settings.slipQr,
    advert: settings.slipAdvert,
    english: settings.english,
    text,
    now: board.rtc.read(),
  };
}
