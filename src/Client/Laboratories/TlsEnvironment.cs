using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Silo.Tls;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>The client's TLS identity, from environment variables, so that every verb with --silo has it.</summary>
internal static class TlsEnvironment
{
    public const string Certificate = "MMU_TLS_CERTIFICATE";
    private const string Key = "MMU_TLS_KEY";
    private const string Password = "MMU_TLS_PASSWORD";
    private const string Authority = "MMU_TLS_AUTHORITY";

    /// <summary>The variables and their purposes.</summary>
    public static IReadOnlyList<(string Name, string Summary)> Variables { get; } =
    [
        (Certificate, "this client's certificate: a PEM file, or PKCS #12 (.pfx, .p12) with its key"),
        (Key, "its private key: a PEM file"),
        (Password, "what the key or the PKCS #12 file is encrypted with, if it is"),
        (Authority, "a PEM file with the authority that signs silos' certificates"),
    ];

    /// <summary>The files that the environment names.</summary>
    public static TlsFiles Files => new()
    {
        Certificate = Environment.GetEnvironmentVariable(Certificate),
        CertificateKey = Environment.GetEnvironmentVariable(Key),
        Password = Environment.GetEnvironmentVariable(Password),
        Authority = Environment.GetEnvironmentVariable(Authority),
    };

    /// <summary>Loads the files; null if none is named.</summary>
    /// <exception cref="UsageException">A file is missing, unreadable or unusable.</exception>
    public static TlsIdentity? Load(TlsFiles files)
    {
        try
        {
            return files.Any
                ? TlsIdentity.Load(files, new(Certificate, Key, Authority), PeerRole.Client, TimeProvider.System)
                : null;
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message, e);
        }
    }
}
