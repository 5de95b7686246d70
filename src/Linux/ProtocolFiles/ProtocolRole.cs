using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>The roles of phases by their names in protocol files.</summary>
internal static class ProtocolRole
{
    /// <summary>The word that a phase begins with.</summary>
    public const string Phase = "phase";

    /// <summary>CPU 1 with a program of its own.</summary>
    public const string Outsider = "cpu 1";

    /// <summary>Whichever CPU takes an interrupt.</summary>
    public const string Handler = "on ipi";

    /// <summary>All names.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. Enum.GetValues<Role>().Select(TextOf), Outsider, Handler];

    public static string TextOf(Role role) => role switch
    {
        Role.BootCpu => "boot cpu",
        Role.Secondaries => "secondaries",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "no such role"),
    };

    /// <summary>Whether a phase of a role may hold a step.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static bool May(string name, Step step) =>
        name == Handler ? step.MayBePerformedInHandler : step.MayBePerformedBy(Of(name));

    /// <summary>The role that decides which steps a phase may hold: CPU 1 may perform a secondary's, and so
    /// may a CPU that handles an interrupt, apart from what <see cref="May"/> says.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static Role Of(string name) => name == TextOf(Role.BootCpu) ? Role.BootCpu : Role.Secondaries;
}
