using Orleans.Mmu.Client.Descriptors;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Files;

/// <summary>The process's standard input, which "-" names on the command line.</summary>
internal static class StandardInput
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "-";

    /// <summary>Passes standard input to <paramref name="read"/>.</summary>
    /// <param name="what">The expected kind of file: "a memory trace".</param>
    /// <exception cref="UsageException">It is closed, or cannot be read.</exception>
    public static T Read<T>(string what, Func<Stream, T> read)
    {
        if (!InheritedDescriptor.IsOpen(0))
            throw new UsageException($"standard input: expected {what}, found it closed");
        try
        {
            using var input = Console.OpenStandardInput();
            return read(input);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"standard input: expected {what} that can be read: {e.Message}", e);
        }
    }
}
