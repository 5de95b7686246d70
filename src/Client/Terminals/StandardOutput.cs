using System.Text;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>
/// The process's standard output. That it cannot be written (a full disk, a closed descriptor) is an error of use, not
/// of the program.
/// </summary>
internal sealed class StandardOutput(Stream inner) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A writer that passes on what is written at once, as the console's own does.</summary>
    public static TextWriter Open() => TextWriter.Synchronized(
        new StreamWriter(new StandardOutput(Console.OpenStandardOutput()), new UTF8Encoding(false))
        {
            AutoFlush = true,
        });

    /// <exception cref="UsageException">The output cannot be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"standard output: cannot be written ({e.Message})");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
