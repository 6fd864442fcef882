export { makeWav } from '../core/wav';
export { PIXEL, audioType } from './cloud/media';
export { signingKey, shortKey, type PublicKeyForms } from './cloud/keys';
export { PUBLISHED_EXAMPLE, tamper, TAMPERINGS, type Tampering } from './cloud/tampering';
export {
	defaultSigning,
	digest,
	signatureHeaders,
	STRING_FORMATS,
	type StringFormat,
} from './cloud/signing';
export { invalidVectors, validVectors, vectorKeys, type SignatureVector } from './cloud/vectors';
export type { VoicemodOptions } from './cloud/options';
export { SERVICES } from './cloud/services';
export { startVoicemodSimulator, type VoicemodSimulator } from './cloud/simulator';
export { startDecoy, type Decoy, type DecoyKind } from './control/decoys';
export { PUBLISHED_PORTS, type ControlOptions } from './control/options';
export { NO_EFFECT_IDS } from './control/data';
export { SWITCHES, type SwitchName } from './control/app';
export { startVoicemodControlSimulator, type VoicemodControlSimulator } from './control/simulator';
export { publishedPortsTurn } from './control/portsTurn';
