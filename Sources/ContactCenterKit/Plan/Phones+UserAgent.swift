import CCCore
import CCSip
import CCTelephony

extension UserAgentConfiguration {
    init(_ phones: Phones, host: IPAddress) {
        var media = MediaSettings(
            ports: phones.rtpPorts, silenceTimeout: phones.silenceTimeout, holdMusic: phones.music)
        media.wideband = 16_000
        self.init(
            listen: [NetworkAddress(ip: host, port: phones.sipPort)],
            advertised: phones.advertised.flatMap { IPAddress($0) }, media: media,
            capabilities: MediaCapabilities(codecs: phones.codecs), callsMax: phones.callsMax, realm: phones.realm,
            digestAlgorithms: phones.digestAlgorithms)
    }
}
