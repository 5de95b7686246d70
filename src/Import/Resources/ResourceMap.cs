namespace Orleans.Mmu.Import.Resources;

/// <summary>What /proc/iomem says.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Layout">Memory; null where the addresses are hidden.</param>
/// <param name="Code">
/// "Kernel code": from _text (from _stext in some kernels before 6.17) to __init_begin. With a line "Kernel rodata", to
/// the end of that.
/// </param>
/// <param name="Data">"Kernel data": from __init_end, which is _sdata, to _end.</param>
/// <param name="Warnings">What the file does not say, or says of memory that is left out.</param>
internal sealed record ResourceMap(
    string File, MemoryLayout? Layout, NamedRange? Code, NamedRange? Data, IReadOnlyList<string> Warnings);
