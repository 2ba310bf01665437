/// What this SDK does, in one place: Allow, Supported and Accept are written from it, and requests are checked against
/// it, so that they are true.
public enum SipCapabilities {
    /// Methods that a call understands.
    public static let methods: [SipMethod] = [.invite, .ack, .cancel, .bye, .options, .info, .update, .refer, .notify]
    /// Methods that a registrar understands.
    public static let registrarMethods: [SipMethod] = methods + [.register]
    /// Option tags that may stand in Require (RFC 3261 §8.2.2.3): none yet. Reliable provisional responses (`100rel`) and
    /// session timers (`timer`) are refused with 420 when a peer insists on them.
    public static let extensions: [String] = []
    /// Bodies that an INVITE may carry.
    public static let contentTypes: [String] = ["application/sdp", "multipart/mixed", "multipart/alternative"]
    /// Bodies that an INFO may carry.
    public static let infoContentTypes: [String] = ["application/dtmf-relay", "application/dtmf"]

    /// The value of Allow.
    public static let allow = methods.map(\.name).joined(separator: ", ")
    /// The value of Accept.
    public static let accept = contentTypes.joined(separator: ", ")
}
