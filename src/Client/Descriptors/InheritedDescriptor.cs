using System.Globalization;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Client.Descriptors;

/// <summary>
/// Whether a standard stream was open when this process started, and whether it takes a line. Where it was not open,
/// its number may by now belong to a file of the runtime, which would be read or overwritten in its place.
/// </summary>
internal static partial class InheritedDescriptor
{
    // O_CLOEXEC of Linux on every architecture. A descriptor that has it cannot have come through execve(2).
    private const long CloseOnExec = 0x80000;

    // POLLOUT of poll(2): at least PIPE_BUF bytes (4,096 on Linux) can be written without waiting.
    private const short CanWrite = 4;

    /// <param name="number">0, 1 or 2.</param>
    /// <returns>True, too, where the system does not tell.</returns>
    public static bool IsOpen(int number)
    {
        if (!Directory.Exists("/proc/self/fdinfo"))
            return true;
        try
        {
            string file = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{number}");
            string? flags = File.ReadLines(file).FirstOrDefault(l => l.StartsWith("flags:", StringComparison.Ordinal));
            return flags is null || (Convert.ToInt64(flags["flags:".Length..].Trim(), 8) & CloseOnExec) == 0;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Whether a line can be written to the descriptor without waiting for its reader.</summary>
    /// <param name="number">0, 1 or 2.</param>
    public static bool TakesALine(int number)
    {
        if (OperatingSystem.IsWindows())
            return true;
        var asked = new Asked { Descriptor = number, Events = CanWrite };
        return Poll(ref asked, count: 1, milliseconds: 0) > 0 && (asked.Found & CanWrite) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(ref Asked descriptors, nuint count, int milliseconds);

    // struct pollfd.
    private struct Asked
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }
}
