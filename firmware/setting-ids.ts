/**
 * Numbers of the settings in the journal. Numbers below 100 are those of the parameter download of Q/CUP 009 (F62 of
 * 360: id and value), the others are this firmware's own. They stay in journals: none changes, none is used again.
 */
export const SETTING_RESPONSE_SECONDS = 12;
export const SETTING_REDIALS = 13;
/** Three phone numbers, 14 to 16. */
export const SETTING_PHONE_1 = 14;
export const SETTING_MERCHANT_NAME = 22;
export const SETTING_REVERSAL_TRIES = 23;

export const SETTING_TERMINAL_ID = 128;
export const SETTING_MERCHANT_ID = 129;
export const SETTING_TPDU = 130;
export const SETTING_HEADER = 131;
export const SETTING_HOST = 132;
export const SETTING_PORT = 133;
export const SETTING_APN = 134;
export const SETTING_CONNECT_SECONDS = 135;
export const SETTING_OUTSIDE_LINE = 136;
export const SETTING_HOTLINE = 137;
export const SETTING_TRACK_ENCRYPTION = 138;
export const SETTING_PARTIAL_APPROVAL = 139;
export const SETTING_READ_CAPABILITY = 140;
export const SETTING_BATCH_LIMIT = 141;
export const SETTING_REVERSAL_END_MAC = 142;
export const SETTING_FRAME_LENGTH = 143;
export const SETTING_PIN_CAPTURE_CODE = 144;
export const SETTING_SECURITY_CONTROL = 145;
export const SETTING_MAC_MODE = 146;
export const SETTING_SINGLE_LENGTH_KEYS = 147;
export const SETTING_SECOND_SWIPE_MINUTES = 148;
export const SETTING_SLIP_LOGO = 149;
export const SETTING_SLIP_QR = 150;
export const SETTING_SLIP_ADVERT = 151;
export const SETTING_PRINT_DENSITY = 152;

/** Salt and digest of a password that is not the default one: the clerk's, the supervisor's, the administrator's. */
export const SETTING_PASSWORD = 160;
/** Wrong passwords in a row, one character a digit; the same three. */
export const SETTING_WRONG_PASSWORDS = 164;
/** `1`: the numbers of the terminal changed, its batch is nobody's: the next sign-in asks for a new one (money rule 4). */
export const SETTING_BATCH_VOID = 168;
/** What the last check of the memory wrote. */
export const SETTING_MEMORY_CHECK = 169;
