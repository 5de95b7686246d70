using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>The header lines of a protocol file: a name and a value each.</summary>
internal static class ProtocolHeader
{
    public const string Protocol = "protocol";
    public const string About = "about";
    public const string Origin = "origin";
    public const string Levels = "levels";
    public const string Map = "map";

    /// <summary>The most levels of a file: a machine of the checker has no more CPUs.</summary>
    public const int MaxLevels = 7;

    private const int MaxName = 60;
    private const int MaxSentence = 200;

    /// <summary>The columns of the longest name.</summary>
    public static int Width => Protocol.Length;

    /// <summary>All names; a file has each once.</summary>
    public static ImmutableArray<string> Names { get; } = [Protocol, About, Origin, Levels, Map];

    public static string TextOf(ImmutableArray<BbmLevel> levels) =>
        string.Join(", ", levels.Select(l => ((int)l).ToString(CultureInfo.InvariantCulture)));

    /// <summary>What a header's value must be where it is something else; otherwise null.</summary>
    public static string? WhatIsExpected(string header, string value) => header switch
    {
        Protocol or Map when !IsName(value) =>
            $"a name of at most {MaxName} letters, digits, hyphens and underscores",
        About or Origin when value.Length == 0 || value.EnumerateRunes().Count() > MaxSentence =>
            $"a sentence of at most {MaxSentence} characters",
        Levels when BbmLevels.Parse(value, MaxLevels) is null =>
            $"the levels of up to {MaxLevels} CPUs, 0, 1, 2 or 3 each, with commas between",
        _ => null,
    };

    // Names stand in traces, in logs and on command lines, where a space, a slash or a colon has a meaning.
    private static bool IsName(string value) => value.Length is > 0 and <= MaxName
        && char.IsAsciiLetterOrDigit(value[0])
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
