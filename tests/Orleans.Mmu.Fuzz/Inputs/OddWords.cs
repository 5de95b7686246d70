namespace Orleans.Mmu.Fuzz.Inputs;

/// <summary>Words that take the place of others in texts and on command lines.</summary>
internal static class OddWords
{
    /// <summary>Numbers at and beyond the limits of what their readers hold.</summary>
    public static IReadOnlyList<string> Numbers { get; } =
    [
        "0", "1", "2", "-1", "00", "+1", "1.5", "1e9", "1e400", "-0", "7", "8", "63", "64", "255", "256", "4095",
        "4096", "4097", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "18446744073709551616", "0x", "0x0", "0xg", "0x1000", "0xfff",
        "0x40000000", "0x7fffffffffffffff", "0xffff000000000000", "0xffff800000000000", "0xfffffffffffff000",
        "0xffffffffffffffff", "0x10000000000000000", "0x000000000000000000000000000000001", "NaN", "Infinity", "∞",
        "１", "\u0661", new('9', 5000), "0x" + new string('f', 5000),
    ];

    /// <summary>Words that mean something elsewhere, or nothing.</summary>
    public static IReadOnlyList<string> Any { get; } =
    [
        "", " ", "x", "null", "true", "false", "[]", "{}", "[1]", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "\u202e", "\t",
        "a\u001bb", "..", "/", "/dev/null", "%s%n", "{0}", "$(x)", "'", "\"", "symmetric", "4K", "64T", "1G", "on",
        "name", "count", "\"count\": 99999", "X31", "XZR", "W0", "PTE(x)", "pte_x", "TLBI", "DSB", "ISB", "MSR",
        "forall", "exists", "~", new('k', 20_000), "\u0130", "Ａ", "😀",
    ];

    public static IReadOnlyList<string> Marks { get; } =
    [
        "", "{", "}", "[", "]", "(", ")", ",", ":", ";", "=", "|", "\"", "\\", "//", "/*", "*/", "#", "\n", "((", "))",
        "/\\", "\\/", "~", ",,", "[[[[[[[[[[[[[[[[[[[[", "((((((((((((((((((((", new('(', 5000), new('[', 5000),
    ];
}
