namespace Orleans.Mmu.Viewer.Live;

/// <summary>The addresses of the live pages.</summary>
public static class LiveAddress
{
    public const string Machines = "/";

    /// <summary>The events that bring the list of machines anew.</summary>
    public const string MachinesEvents = "/events";

    public const string Boots = "/machines";

    public const string Protocols = "/protocols";

    public const string Replays = "/replays";

    /// <summary>Where a form asks for the replay of a counterexample.</summary>
    public static string Replay(string number) => $"{Replays}/{Uri.EscapeDataString(number)}";

    /// <summary>The page of a machine.</summary>
    public static string Machine(string key) => $"{Boots}/{Uri.EscapeDataString(key)}";

    /// <summary>The page of a protocol.</summary>
    public static string Protocol(string name) => $"{Protocols}/{Uri.EscapeDataString(name)}";
}
