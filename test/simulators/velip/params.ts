/** Names with a number at the end, for instance `text1` to `text11`. */
function series(prefix: string, from: number, to: number): string[] {
	return Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`);
}

const LEGS = 'dest2 fifo fifolim senddtmf senddtmftime moh'.split(' ');
const TIMING = 'rec mrec startrec repeat priority block ringtime timelimit answer'.split(' ');

/** The parameters the page lists for each of the 25 functions (velip.md sections 3.5 and 7 to 13), aliases included. */
export const PARAMETERS: Record<string, readonly string[]> = {
	GetUserID: [],
	MakeTTSCall: [
		...'dest setbrasil callerid ctid cpid httpdup type text content voice encoding'.split(' '),
		...series('text', 1, 11),
		...series('content', 1, 15),
		...'contentno contentend contentfail contentdtmf amd'.split(' '),
		...'nome cod_cli extra1 extra2 extra3 extra4'.split(' '),
		...'ndig dtime dtmfconf dtmfini dtmf'.split(' '),
		...series('dtmf', 2, 11),
		...LEGS,
		...TIMING,
		...'free bkddd numlim audiolim tfix sms_action sms_text sms_dtmf rurl'.split(' '),
	],
	GetCallStatus: [
		...'cd_id ctid cp_id cpid date_start dini date_end dend maxreg last_id onlydtmf'.split(' '),
		...'numtype origin rurl rurl_method rurl_type rurl_headers rurl_user rurl_password'.split(' '),
	],
	GetTTSVoices: [],
	PlayAudioFile: ['cdw_id', 'cdw_file', 'cdw_file_test', 'recid', 'noheader'],
	GetWebRTC: ['userid'],
	CreateAudioFile: [
		...'text voice encoding rate audio64 audio name name_up nome_up type cdg_id speed'.split(' '),
		...'delsilence incsilence mp3 ttswrt expires dis'.split(' '),
	],
	GetAudiosList: ['type', 'search', 'maxreg'],
	CreateCampaign: [
		...'name detail cdlc_id cp_id cp_type cp_ctid group queue_id cp_ativo request_id'.split(' '),
		...'rurl relftp tfix content text voice urlcontent audio64 amd datajson'.split(' '),
		...'date_start date_end time_start time_end vel resends time_resends'.split(' '),
		...'max_answered mobile limit_name no_block xnum sms_action sms_text'.split(' '),
		...series('cont', 0, 9),
		...'contentno dtmfini nans dtime'.split(' '),
		...series('content', 2, 8),
		...'contentfail ndigval dtmf2 fdtmf compw'.split(' '),
	],
	ChangeCampaign:
		'cp_id active lig_min pas date_start date_end time_start time_end name max_answered group'.split(
			' ',
		),
	GetCampaignsList: 'cp_id cp_ctid group type model date search maxreg'.split(' '),
	CreateCenterQueue: [
		...'name type description ai_tutor_id ai_chatbot_id dropdown_1 dropdown_2 templates'.split(' '),
		...series('button_', 1, 8),
	],
	GetCenterQueues: [],
	CreateDestinationBase: ['name', 'ctid', 'datajson'],
	GetDestinationsList: 'ctid cdlc_id search list setactive maxreg'.split(' '),
	MakeSMS:
		'dest message text msg_text ctid setbrasil cuttext httpdup from cp_id cd_id provider'.split(
			' ',
		),
	MakeWhatsapp: 'dest app_id v8l_id mtype mdata mcaption misHSM template ctid msg_id httpdup'.split(
		' ',
	),
	ValidateWhatsAppNumber: ['wa_api_key', 'wa_business_id', 'wa_phone_number_id', 'wa_number'],
	CreateWhatsappTemplate: ['template_id', 'app_id', 'action', 'cwm_id'],
	GetWATemplates: ['app_id'],
	CheckTemplateStatus: ['template_id', 'v8l_id'],
	DeleteWhatsappTemplate: ['template_id', 'v8l_id', 'delete_mode'],
	MakeMessenger: ['app_id', 'v8l_id', 'dest', 'mtype', 'mdata', 'mcaption', 'msg_id'],
	MakeInstagram: ['app_id', 'v8l_id', 'dest', 'mtype', 'mdata', 'msg_id'],
	SendGmailOAuth:
		'from_email to_email dest subject body from_name reply_to cc bcc origin cpid'.split(' '),
};

/** Names the page knows from an old manual or an error row only, and does not recommend. */
export const DOUBTFUL: Record<string, readonly string[]> = {
	MakeTTSCall: ['nans', 'urlcontent'],
	CreateCampaign: ['datacsv', 'nans2'],
};

/** Ways to send the credential as a parameter, on every function (section 3.1). */
export const CREDENTIALS: readonly string[] = ['tsid', 'sid', 'user'];

/** Functions that take `encoding` (section 2, "Encoding"). */
export const TAKES_ENCODING: ReadonlySet<string> = new Set(['MakeTTSCall', 'CreateAudioFile']);

/** Functions that take `multipart/form-data` (section 2, "Request body"). */
export const TAKES_FILES: ReadonlySet<string> = new Set([
	'CreateAudioFile',
	'CreateDestinationBase',
	'CreateCampaign',
]);
