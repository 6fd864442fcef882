import { decimal, text, url } from '../../shared/operation/field';

function optional(displayName: string, example: string, description: string) {
	return text({ displayName, additional: true, placeholder: `e.g. ${example}`, description });
}

/** `client_data` of a message, apart from its ID; all optional (§4.3). */
export const clientFields = {
	clientPhone: optional('Client Phone', '+447700900123', "The customer's phone number"),
	clientDisplayName: optional('Client Name', 'Jane Roe', 'Name that the agent sees'),
	clientAvatar: url({
		displayName: 'Client Avatar URL',
		additional: true,
		placeholder: 'e.g. https://example.com/jane.png',
		description: "Web address of the customer's picture",
	}),
	clientEmail: optional('Client Email', 'jane@example.com', "The customer's email address"),
	clientLanguage: optional('Client Language', 'en', "The customer's language"),
	utmSource: optional('UTM Source', 'newsletter', 'Where the customer came from'),
	utmCampaign: optional('UTM Campaign', 'spring', 'Campaign that brought the customer'),
	utmContent: optional('UTM Content', 'banner-2', 'Which advertisement it was'),
	utmMedium: optional('UTM Medium', 'email', 'Kind of advertisement'),
	utmTerm: optional('UTM Term', 'blue shoes', 'What the customer had searched for'),
	pageUrl: optional(
		'Page URL',
		'https://example.com/shoes',
		'Address of the page that the customer is on',
	),
	pageTitle: optional('Page Title', 'Shoes', 'Title of that page'),
	locationLatitude: decimal({
		displayName: 'Location Latitude',
		additional: true,
		min: -90,
		max: 90,
		placeholder: 'e.g. 50.4501',
		description: 'Where the customer is: degrees north of the equator',
	}),
	locationLongitude: decimal({
		displayName: 'Location Longitude',
		additional: true,
		min: -180,
		max: 180,
		placeholder: 'e.g. 30.5234',
		description: 'Where the customer is: degrees east of Greenwich',
	}),
	locationCountry: optional('Location Country', 'Kazakhstan', 'Country the customer is in'),
	locationCountryCode: optional('Location Country Code', 'KZ', 'Code of that country'),
	locationRegion: optional('Location Region', 'Almaty Region', 'Region the customer is in'),
	locationRegionCode: optional('Location Region Code', 'ALM', 'Code of that region'),
	locationCity: optional('Location City', 'Almaty', 'City the customer is in'),
	locationIpAddress: optional('Location IP Address', '203.0.113.7', "The customer's IP address"),
	deviceType: optional('Device Type', 'mobile', 'Kind of device the customer uses'),
	deviceModel: optional('Device Model', 'Pixel 9', 'Model of that device'),
	deviceUserAgent: optional('Device User Agent', 'Mozilla/5.0 …', "The browser's own description"),
};
