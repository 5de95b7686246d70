using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// Large pages of the host for memory that is read at random places: with pages of 4 KiB nearly every such read would
/// miss the TLB, too. It is a hint: where the host does not offer them, nothing is done.
/// </summary>
internal static partial class HugePages
{
    private const ulong Page = 2 << 20;
    private const int MadvHugePage = 14;

    /// <summary>Asks for large pages; those that lie wholly in an array that is not yet written.</summary>
    /// <param name="array">One that the garbage collector never moves.</param>
    public static unsafe void AskFor(uint[] array)
    {
        if (!OperatingSystem.IsLinux())
            return;
        ulong address = (ulong)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        ulong first = (address + Page - 1) / Page * Page;
        ulong end = (address + ((ulong)array.Length * sizeof(uint))) / Page * Page;
        if (first < end)
            _ = Advise((void*)first, (nuint)(end - first), MadvHugePage);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Advise(void* address, nuint bytes, int advice);
}
