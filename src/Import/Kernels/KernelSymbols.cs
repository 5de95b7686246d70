namespace Orleans.Mmu.Import.Kernels;

/// <summary>
/// The linker script's symbols of a kernel image. Only their distances count: KASLR moves all of them by the same
/// number of bytes.
/// </summary>
/// <param name="File">The file's name.</param>
/// <param name="Addresses">Addresses by name, in the order of <see cref="Names"/>.</param>
/// <param name="Warnings">What the file leaves open.</param>
internal sealed record KernelSymbols(
    string File, IReadOnlyDictionary<string, ulong> Addresses, IReadOnlyList<string> Warnings)
{
    public const string Text = "_text";
    public const string Stext = "_stext";
    public const string InitBegin = "__init_begin";
    public const string InitEnd = "__init_end";
    public const string BssStop = "__bss_stop";
    public const string End = "_end";

    /// <summary>All that are read.</summary>
    public static IReadOnlyList<string> Names { get; } = [Text, Stext, InitBegin, InitEnd, BssStop, End];

    /// <summary>The bytes from one symbol to another; null where one of them is missing.</summary>
    public ulong? Distance(string from, string to) =>
        Addresses.TryGetValue(from, out ulong a) && Addresses.TryGetValue(to, out ulong b) ? b - a : null;

    /// <summary>Whether the file has every symbol.</summary>
    public bool IsComplete => Names.All(Addresses.ContainsKey);
}
