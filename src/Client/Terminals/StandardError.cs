using System.Text;
using Orleans.Mmu.Client.Descriptors;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>
/// The process's standard error. What cannot be written to it (a full disk, a closed descriptor) is dropped, since
/// progress and warnings never change a result.
/// </summary>
internal sealed class StandardError(Stream inner) : WriteOnlyStream
{
    /// <summary>A writer that passes on what is written at once, as the console's own does.</summary>
    public static TextWriter Open() => new StreamWriter(
        new StandardError(InheritedDescriptor.IsOpen(2) ? Console.OpenStandardError() : Null),
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
    {
        AutoFlush = true,
    };

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no other place to say it.
        }
    }
}
