using System.Text;
using Orleans.Mmu.Client.Descriptors;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>
/// The process's standard output. That it cannot be written (a full disk, a closed descriptor) is an error of use, not
/// of the program.
/// </summary>
/// <param name="inner">Null where the process started without a standard output.</param>
internal sealed class StandardOutput(Stream? inner) : WriteOnlyStream
{
    /// <summary>A writer that passes on what is written at once, as the console's own does.</summary>
    public static TextWriter Open() => TextWriter.Synchronized(
        new StreamWriter(
            new StandardOutput(InheritedDescriptor.IsOpen(1) ? Console.OpenStandardOutput() : null),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
        {
            AutoFlush = true,
        });

    /// <exception cref="UsageException">The output cannot be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            (inner ?? throw new IOException("it is closed")).Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"standard output: cannot be written ({e.Message})", e);
        }
    }
}
