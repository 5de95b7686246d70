namespace Orleans.Mmu.Silo.Tls;

/// <summary>The files that a silo or a client shows who it is with, and knows others by.</summary>
public sealed class TlsFiles
{
    /// <summary>
    /// A certificate in PEM, with those between it and the authority after it; or a PKCS #12 file (.pfx, .p12) with its
    /// key.
    /// </summary>
    public string? Certificate { get; set; }

    /// <summary>The certificate's private key in PEM; null where it stands in the certificate's file.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>What the private key or the PKCS #12 file is encrypted with; null where it is not.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// The authority that signs the certificates of all silos and clients, in PEM. Nobody else's count.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>Whether anything was said of TLS at all; half of it is an error, never plaintext.</summary>
    public bool Any =>
        !string.IsNullOrEmpty(Certificate) || !string.IsNullOrEmpty(CertificateKey) || !string.IsNullOrEmpty(Authority);
}

/// <summary>What the files' settings are called where they come from: a message names what to mend.</summary>
public sealed record TlsNames(string Certificate, string CertificateKey, string Authority)
{
    /// <summary>A silo's configuration.</summary>
    public static TlsNames Silo { get; } = new("Silo:Tls:Certificate", "Silo:Tls:CertificateKey", "Silo:Tls:Authority");
}
