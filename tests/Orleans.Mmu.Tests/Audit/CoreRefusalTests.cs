namespace Orleans.Mmu.Tests.Audit;

/// <summary>Cores and other dumps that are not read: one line with the offset and what was expected there.</summary>
public sealed class CoreRefusalTests : IDisposable
{
    private readonly AuditRun _files = new();
    private readonly byte[] _tables = MadeMap.Good().ToTables();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("NUMBER(kimage_voffset)=0xffff800040000000", "", "expected NUMBER(kimage_voffset)=…, found none")]
    [InlineData("PAGESIZE=4096", "PAGESIZE=8192", "expected PAGESIZE 4096, 16384 or 65536, found 8192")]
    [InlineData("T1SZ)=0x10", "T1SZ)=0x11", "expected a VA size of 39, 48, 52 bits with 4K pages, found 47")]
    [InlineData("ffff800080000000", "ffff800080000008", "to be the physical address of a table, found 0x40000008")]
    public async Task VMCOREINFO_that_does_not_fit_is_named(string before, string after, string error) =>
        AuditRun.IsRefused(await AuditRun.OfAsync(_files.Save("vmcore", new MadeCore
        {
            Note = MadeCore.Info.Replace(before, after, StringComparison.Ordinal),
        }.Of(_tables))), error);

    [Theory]
    [InlineData(4, 1, "offset 4: expected a 64-bit little-endian ELF file")]
    [InlineData(18, 62, "offset 18: expected an ELF file of arm64 (machine 183), found 62")]
    [InlineData(16, 2, "offset 16: expected an ELF core (type 4), found type 2")]
    [InlineData(54, 32, "offset 54: expected program headers of 56 bytes, found 32")]
    public async Task Another_ELF_file_is_named(int offset, byte value, string error)
    {
        byte[] core = new MadeCore().Of(_tables);
        core[offset] = value;
        AuditRun.IsRefused(await AuditRun.OfAsync(_files.Save("vmcore", core)), error);
    }

    [Fact]
    public async Task Wherever_a_core_is_cut_the_offset_is_named()
    {
        byte[] core = new MadeCore().Of(_tables);
        for (int length = 4; length < core.Length; length += 1 + length / 16)
        {
            var run = await AuditRun.OfAsync(_files.Save("vmcore", core[..length]));
            AuditRun.IsRefused(run, "vmcore: offset ");
        }
    }

    [Theory]
    [InlineData("QEVM", "found a saved state of QEMU (write memory alone: dump-guest-memory")]
    [InlineData("LibvirtQemudSave", "found a saved state of QEMU (")]
    [InlineData("PK\u0003\u0004", "found a zip archive (")]
    [InlineData("KDUMP   ", "found a kdump-compressed dump (write it as ELF")]
    [InlineData("DISKDUMP", "found a diskdump (write it as ELF")]
    [InlineData("makedumpfile\0", "found a flattened dump (makedumpfile -R")]
    [InlineData("EMiL", "found a LiME dump")]
    public async Task Formats_that_are_not_read_are_refused_by_name(string start, string error) =>
        AuditRun.IsRefused(await AuditRun.OfAsync(_files.Save("vmcore", start + new string('\0', 4096))), error);

    [Fact]
    public async Task A_compressed_core_is_refused()
    {
        using var compressor = new ZstdSharp.Compressor();
        AuditRun.IsRefused(
            await AuditRun.OfAsync(_files.Save("v.zst", compressor.Wrap(new MadeCore().Of(_tables)).ToArray())),
            "expected an ELF core in a file that can be read at any offset");
    }
}
