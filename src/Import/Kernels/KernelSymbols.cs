using Orleans.Mmu.Import.Texts;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>
/// The linker script's symbols of a kernel image. Only their distances count: KASLR moves all of them by the same
/// number of bytes.
/// </summary>
/// <param name="File">The file's name.</param>
/// <param name="Found">Address and line of those of <see cref="Names"/> that the file has.</param>
/// <param name="Warnings">What the file leaves open.</param>
internal sealed record KernelSymbols(
    string File, IReadOnlyDictionary<string, (ulong Address, int Line)> Found, IReadOnlyList<string> Warnings)
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
        Found.TryGetValue(from, out var a) && Found.TryGetValue(to, out var b) ? b.Address - a.Address : null;

    /// <summary>The line of a symbol that the file has.</summary>
    public FilePlace PlaceOf(string name) => new(File, Found[name].Line);

    /// <summary>Whether the file has every symbol.</summary>
    public bool IsComplete => Names.All(Found.ContainsKey);
}
