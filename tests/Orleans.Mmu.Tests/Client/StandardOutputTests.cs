using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Tests.Client;

public class StandardOutputTests
{
    [Fact]
    public void A_full_disk_is_the_user_s_to_mend()
    {
        using var output = new StandardOutput(new FullDisk(new IOException("No space left on device")));

        var error = Assert.Throws<UsageException>(() => output.Write([1, 2, 3], 0, 3));

        Assert.Equal("standard output: cannot be written (No space left on device)", error.Message);
    }

    [Fact]
    public void So_is_a_descriptor_that_is_closed()
    {
        using var output = new StandardOutput(new FullDisk(new UnauthorizedAccessException("denied")));

        Assert.Throws<UsageException>(() => output.Write([1], 0, 1));
    }

    [Fact]
    public void What_is_written_arrives()
    {
        using var disk = new MemoryStream();
        using var output = new StandardOutput(disk);

        output.Write("abc"u8);
        output.Flush();

        Assert.Equal("abc"u8, disk.ToArray());
    }

    private sealed class FullDisk(Exception error) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw error;
    }
}
