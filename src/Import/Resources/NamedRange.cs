using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Import.Resources;

/// <summary>A range of physical memory, and where a file names it.</summary>
/// <param name="Range">The range, its end exclusive.</param>
/// <param name="Name">"System RAM", or what the file says otherwise.</param>
/// <param name="Place">The file and the line, or the node of a device tree.</param>
/// <param name="From">The file and the line for errors; null where the range is assumed.</param>
internal sealed record NamedRange(MemoryRange Range, string Name, string Place, FilePlace? From);
