namespace Orleans.Mmu.Viewer.Live;

/// <summary>The addresses of the live pages.</summary>
public static class LiveAddress
{
    public const string Machines = "/";

    public const string Boots = "/machines";

    public const string Protocols = "/protocols";

    /// <summary>The page of a machine.</summary>
    public static string Machine(string key) => $"{Boots}/{Uri.EscapeDataString(key)}";

    /// <summary>The page of a protocol.</summary>
    public static string Protocol(string name) => $"{Protocols}/{Uri.EscapeDataString(name)}";
}
