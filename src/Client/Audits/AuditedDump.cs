using System.IO.Compression;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Audit.Cores;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Audit.Memory;
using Orleans.Mmu.Audit.Ptdumps;
using Orleans.Mmu.Audit.Reports;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Audits;

/// <summary>Opens a dump of whatever kind and judges it.</summary>
internal sealed class AuditedDump
{
    private const string What = "a dump";
    private const int MostTextBytes = 1 << 30;

    private readonly AuditRequest _request;
    private readonly CancellationToken _cancellationToken;
    private readonly FindingList _findings = new();
    private readonly List<string> _notes = [];

    private AuditedDump(AuditRequest request, CancellationToken cancellationToken) =>
        (_request, _cancellationToken) = (request, cancellationToken);

    private string File => _request.File == StandardInput.Name ? "standard input" : _request.File;

    /// <exception cref="UsageException">The file cannot be read, is of another kind, or something is
    /// missing.</exception>
    /// <exception cref="InputException">A line is malformed.</exception>
    public static AuditReport Judge(AuditRequest request, CancellationToken cancellationToken)
    {
        var dump = new AuditedDump(request, cancellationToken);
        return request.File == StandardInput.Name
            ? StandardInput.Read(What, dump.Open)
            : InputFile.Read(request.File, What, dump.Open, ofDirectory: DumpFolder.Hint);
    }

    private AuditReport Open(Stream stream)
    {
        try
        {
            return Judge(stream, isInside: false);
        }
        catch (DumpException e)
        {
            throw e.Line is { } line ? new InputException(File, line, e.Message)
                : new UsageException($"{File}: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"{File}: expected compressed data, found damage", e);
        }
        catch (ArgumentException e)
        {
            // InputFile.Read reports an ArgumentException as a name that no file can have; this one is a fault.
            throw new InvalidOperationException(e.Message, e);
        }
    }

    private AuditReport Judge(Stream stream, bool isInside)
    {
        byte[] head = new byte[DumpKinds.HeadBytes];
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        // --base says that the file is an image, whatever the memory begins with.
        var kind = _request.Base is not null && read > 0 ? DumpKind.Image : DumpKinds.Of(File, head.AsSpan(0, read));
        using var whole = new PrefixedStream(head.AsMemory(0, read), stream);
        switch (kind)
        {
            case DumpKind.Text:
                return JudgeText(whole, stream);
            case DumpKind.Tables:
                return JudgeMemory(AuditedKind.Tables, new DumpedPages(TableDump.Read(whole)), null);
            case DumpKind.Zstd when !isInside:
                using (var raw = new ZstdStream(whole))
                    return Judge(raw, isInside: true);
            case DumpKind.Gzip when !isInside:
                using (var raw = new GZipStream(whole, CompressionMode.Decompress))
                    return Judge(raw, isInside: true);
            case DumpKind.ElfCore:
                var core = CoreMemory.Open(Bytes(stream, "an ELF core"));
                return JudgeMemory(AuditedKind.ElfCore, core, core.Info);
            case DumpKind.Image:
                var start = BaseOfImage();
                return JudgeMemory(AuditedKind.MemoryImage, new ImageMemory(Bytes(stream, "a memory image"), start),
                    null);
            default:
                throw new UsageException($"{File}: expected one compression at most, found compressed data in it");
        }
    }

    private FileBytes Bytes(Stream stream, string what) => stream is FileStream { CanSeek: true } file ? new(file)
        : throw new UsageException(
            $"{File}: expected {what} in a file that can be read at any offset, found a pipe or compressed data");

    private PhysicalAddress BaseOfImage()
    {
        if (_request.Base is { } given)
            return given;
        if (_request.Machine is not { } machine)
            throw new UsageException($"{File}: expected a ptdump, dumped tables (A64TBL01) or an ELF core, found other "
                + "bytes (a raw memory image needs --base)");
        var start = machine.Memory[0].Start;
        _notes.Add($"the image is taken to begin at {start}, where the memory of {machine.Name} does (--base)");
        return start;
    }

    private AuditReport JudgeText(Stream whole, Stream original)
    {
        if (_request.Registers is not null)
            _notes.Add("a ptdump shows what registers would say: --registers is not used");
        var text = QuotedPrintable.Decode(Text(whole, original), out bool isMail);
        if (isMail)
            _notes.Add("the text is quoted-printable, as mails are: it was decoded");
        var geometry = _request.Machine?.Geometry;
        var map = PtdumpMap.Read(File, text.Span, _request.Granule ?? geometry?.Granule,
            _request.VaBits ?? geometry?.VaBits, _findings, _notes);
        return Judge(AuditedKind.Ptdump, map, null, null);
    }

    private ReadOnlyMemory<byte> Text(Stream whole, Stream original)
    {
        long length = original is FileStream { CanSeek: true, Length: var known } ? known : 0;
        if (length > MostTextBytes)
            throw new InputException(File, 1, $"expected at most {MostTextBytes} bytes, found {length}");
        var bytes = new MemoryStream((int)length);
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = whole.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > MostTextBytes)
                throw new InputException(File, 1, $"expected at most {MostTextBytes} bytes, found more");
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private AuditReport JudgeMemory(AuditedKind kind, IPhysicalMemory memory, VmcoreInfo? info)
    {
        var (regime, types) = DumpRegime.Of(_request, File, info, _notes);
        var map = new MemoryMap(memory, regime, types);
        map.RequireRoot();
        if (_request.Granule is not null || _request.VaBits is not null)
            _notes.Add("page size and VA size are those of the registers or of VMCOREINFO: --page-size and --va-bits, "
                + "which are for a ptdump, are not used");
        return Judge(kind, map, regime.Ttbr.RootAddress, info);
    }

    private AuditReport Judge(AuditedKind kind, IAuditedMap map, PhysicalAddress? root, VmcoreInfo? info)
    {
        if (_request.Machine is { } machine)
            RefuseOther(machine, map, info?.Release);
        return new MapAudit(map, _findings, _notes, _cancellationToken)
        {
            Machine = _request.Machine,
            Changes = _request.Changes,
            LinearStart = info?.LinearStart(map.Geometry),
        }.Judge(kind, root, info?.Release);
    }

    private void RefuseOther(Linux.Machines.MachineDescription machine, IAuditedMap map, string? release)
    {
        var (mine, its) = (machine.Geometry, map.Geometry);
        if (mine.Granule != its.Granule || mine.VaBits != its.VaBits)
            throw new UsageException($"{machine.Name}: expected a machine with {its}, as {File} has, found {mine} "
                + "(kernel.pageSize, kernel.vaBits)");
        if (release is not null && Linux.Kernels.KernelRelease.TryParse(release, out var found)
            && found.Version != machine.Rules.Version)
            _notes.Add($"the dump is of {OneLine.Of(release)}, and {machine.Name} has {machine.Rules.Version}");
    }
}
