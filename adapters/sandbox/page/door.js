/**
 * A reload comes without the token, which the address no longer shows: this tab still has it. Tried once, since a
 * sandbox that was started anew has another token.
 */
import { forgetToken, keptToken } from "./token.js";

const token = keptToken();
forgetToken();
if (token) location.replace(`/page?token=${encodeURIComponent(token)}`);
