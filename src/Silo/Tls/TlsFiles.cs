namespace Orleans.Mmu.Silo.Tls;

/// <summary>The files with the certificate of a silo or client and with the authority that it trusts.</summary>
public sealed class TlsFiles
{
    /// <summary>
    /// The certificate in PEM, followed by its intermediate certificates; or a PKCS #12 file (.pfx, .p12) that includes
    /// the key.
    /// </summary>
    public string? Certificate { get; set; }

    /// <summary>The private key in PEM; null if the certificate's file contains it.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>The password of the private key or the PKCS #12 file; null if it is not encrypted.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// The authority that signs the certificates of all silos and clients, in PEM. No other authority is trusted.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>Whether any TLS setting is given. An incomplete set is an error and never means plaintext.</summary>
    public bool Any =>
        !string.IsNullOrEmpty(Certificate) || !string.IsNullOrEmpty(CertificateKey) || !string.IsNullOrEmpty(Authority);
}

/// <summary>The names of the settings in their source, for error messages.</summary>
public sealed record TlsNames(string Certificate, string CertificateKey, string Authority)
{
    /// <summary>The names in a silo's configuration.</summary>
    public static TlsNames Silo { get; } = new("Silo:Tls:Certificate", "Silo:Tls:CertificateKey", "Silo:Tls:Authority");
}
