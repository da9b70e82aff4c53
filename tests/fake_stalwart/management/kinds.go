package management

import (
	"slices"
	"strings"

	"stalwart-e2e/fake-stalwart/store"
)

// kind is what is known of one kind of object. Properties are those of Stalwart's documentation; one that is
// not named there is refused.
type kind struct {
	singleton  bool
	properties []string
	required   []string
	check      func(*Service, *proposal) *setError // beyond what every kind has; may complete the object
}

// proposal is an object that is about to be kept. A new one has no id yet.
type proposal struct {
	id     string
	object store.Object
}

var kinds = map[string]kind{
	"NetworkListener": {
		properties: words("name bind protocol overrideProxyTrustedNetworks socketBacklog socketNoDelay socketReceiveBufferSize " +
			"socketReuseAddress socketReusePort socketSendBufferSize socketTosV4 socketTtl useTls tlsDisableCipherSuites " +
			"tlsDisableProtocols tlsIgnoreClientOrder tlsImplicit tlsTimeout maxConnections"),
		required: words("name bind protocol"),
		check:    checkListener,
	},
	"Tracer": {
		properties: words("@type enable level lossy events eventsPolicy ansi multiline buffered path prefix rotate endpoint " +
			"enableLogExporter enableSpanExporter throttle timeout httpAuth httpHeaders"),
		required: words("@type"),
		check:    oneOf("@type", "Log Stdout Journal OtelHttp OtelGrpc"),
	},
	"Domain": {
		properties: words("name aliases isEnabled description logo certificateManagement dkimManagement dnsManagement " +
			"memberTenantId directoryId catchAllAddress subAddressing allowRelaying reportAddressUri"),
		required: words("name"),
		check:    checkDomain,
	},
	"Account": {
		properties: words("@type name domainId credentials memberGroupIds memberTenantId roles permissions quotas aliases " +
			"description locale timeZone encryptionAtRest"),
		required: words("@type name domainId"),
		check:    checkAccount,
	},
	"SystemSettings": {
		singleton: true,
		properties: words("defaultHostname defaultDomainId defaultCertificateId threadPoolSize maxConnections " +
			"proxyTrustedNetworks mailExchangers services providerInfo"),
		check: checkSystemSettings,
	},
	"MtaInboundThrottle": {
		properties: words("enable description key match rate"),
		required:   words("rate"),
		check:      checkThrottle,
	},
	"MtaInboundSession": {singleton: true, properties: words("maxDuration timeout transferLimit")},
	"Certificate": {
		properties: words("certificate privateKey"),
		required:   words("certificate privateKey"),
	},
	"AllowedIp": {
		properties: words("address reason expiresAt"),
		required:   words("address"),
		check:      checkAddress,
	},
	"Application": {
		properties: words("enabled description resourceUrl urlPrefix autoUpdateFrequency unpackDirectory"),
		required:   words("description resourceUrl urlPrefix"),
	},
	"Metrics": {singleton: true, properties: words("metrics metricsPolicy openTelemetry prometheus")},
	"SpamSettings": {
		singleton:  true,
		properties: words("enable greylistFor spamFilterRulesUrl trustContacts trustReplies scoreDiscard scoreReject scoreSpam"),
	},
	"SenderAuth": {
		singleton:  true,
		properties: words("arcVerify dkimSignDomain dkimStrict dkimVerify dmarcVerify reverseIpVerify spfEhloVerify spfFromVerify"),
	},
	"Action": {
		properties: words("@type"),
		required:   words("@type"),
		check:      checkAction,
	},
}

func words(text string) []string { return strings.Fields(text) }

// validate is every kind's own check after those that all have in common.
func (s *Service) validate(name string, candidate *proposal) *setError {
	kind := kinds[name]
	var unknown []string
	for property := range candidate.object {
		if !slices.Contains(kind.properties, property) {
			unknown = append(unknown, property)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return &setError{Type: "invalidProperties", Description: "Unknown property", Properties: unknown}
	}
	for _, property := range kind.required {
		if value := candidate.object[property]; value == nil || value == "" {
			return invalid(property, "is required")
		}
	}
	if kind.check == nil {
		return nil
	}
	return kind.check(s, candidate)
}
