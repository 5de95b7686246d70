using System.Globalization;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>
/// Whether a standard stream was open when this process started. Where it was not, its number may by now belong to a
/// file of the runtime, which would be read or overwritten in its place.
/// </summary>
internal static class InheritedDescriptor
{
    // O_CLOEXEC of Linux on every architecture. A descriptor that has it cannot have come through execve(2).
    private const long CloseOnExec = 0x80000;

    /// <param name="number">0, 1 or 2.</param>
    /// <returns>True, too, where the system does not tell.</returns>
    public static bool IsOpen(int number)
    {
        if (!Directory.Exists("/proc/self/fdinfo"))
            return true;
        try
        {
            string file = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{number}");
            string flags = File.ReadLines(file).First(l => l.StartsWith("flags:", StringComparison.Ordinal));
            return (Convert.ToInt64(flags["flags:".Length..].Trim(), 8) & CloseOnExec) == 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
