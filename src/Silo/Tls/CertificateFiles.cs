using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>Reads certificates and keys from files; every error names the setting and the file.</summary>
internal static class CertificateFiles
{
    public static X509Certificate2Collection ReadAuthorities(string? file, string name)
    {
        const string expected = "a PEM file with the certificate of the authority that signs silos' and clients'";
        var authorities = Read(file, name, expected, path =>
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPemFile(path);
            return read;
        });
        if (authorities.Count == 0)
            throw new ArgumentException($"{name}: expected {expected}, found no certificate in {file}");
        foreach (var authority in authorities)
        {
            bool signs = authority.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority);
            if (!signs || authority.Subject != authority.Issuer)
                throw new ArgumentException(
                    $"{name}: expected {expected}, found \"{authority.Subject}\" in {file}, which is no root of any");
        }

        return authorities;
    }

    /// <summary>A certificate with its private key, and the intermediate certificates up to its authority.</summary>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Between) ReadCertificate(
        TlsFiles files, TlsNames names) =>
        Path.GetExtension(files.Certificate)?.ToUpperInvariant() is ".PFX" or ".P12" ? ReadPkcs12(files, names)
            : ReadPem(files, names);

    private static (X509Certificate2 Certificate, X509Certificate2Collection Between) ReadPkcs12(
        TlsFiles files, TlsNames names)
    {
        const string expected = "a PKCS #12 file with a certificate and its private key, and its password";
        var all = Read(files.Certificate, names.Certificate, expected,
            path => X509CertificateLoader.LoadPkcs12CollectionFromFile(path, files.Password));
        var certificate = all.FirstOrDefault(c => c.HasPrivateKey)
            ?? throw new ArgumentException(
                $"{names.Certificate}: expected {expected}, found no private key in {files.Certificate}");
        all.Remove(certificate);
        return (certificate, all);
    }

    private static (X509Certificate2 Certificate, X509Certificate2Collection Between) ReadPem(
        TlsFiles files, TlsNames names)
    {
        string text = Read(files.Certificate, names.Certificate, "a PEM or PKCS #12 file with a certificate", path =>
        {
            string pem = File.ReadAllText(path);
            using var _ = X509Certificate2.CreateFromPem(pem);
            return pem;
        });
        bool apart = !string.IsNullOrEmpty(files.CertificateKey);
        var certificate = Read(apart ? files.CertificateKey
            : files.Certificate, names.CertificateKey, "a PEM file with the certificate's private key", path =>
        {
            string key = apart ? File.ReadAllText(path) : text;
            using var pair = string.IsNullOrEmpty(files.Password)
                ? X509Certificate2.CreateFromPem(text, key)
                : X509Certificate2.CreateFromEncryptedPem(text, key, files.Password);
            // Some systems do not accept a key for TLS that was not loaded from a store.
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        });
        var between = new X509Certificate2Collection();
        between.ImportFromPem(text);
        foreach (var itself in between.Where(c => c.Thumbprint == certificate.Thumbprint).ToList())
            between.Remove(itself);
        return (certificate, between);
    }

    private static T Read<T>(string? file, string name, string expected, Func<string, T> read)
    {
        if (string.IsNullOrEmpty(file))
            throw new ArgumentException($"{name}: expected {expected}, found none");
        try
        {
            RegularFile.Check(file);
            return read(file);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException
                or InputException)
        {
            // The messages of the cryptography library describe its internals and not the file.
            string found = e is FileNotFoundException or DirectoryNotFoundException ? "no such file"
                : e is InputException ? "another file than a regular one"
                : e is UnauthorizedAccessException or IOException ? "a file that cannot be read"
                : "another format, or a certificate and a key that do not belong together";
            // There is no inner exception, because a silo prints the innermost message.
            throw new ArgumentException($"{name}: expected {expected}, found {found}: {file}");
        }
    }
}
