using System.Diagnostics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>Between a kernel call and the four fields in which it travels.</summary>
internal static class KernelCallFields
{
    /// <exception cref="ArgumentException">The message's kind is unknown.</exception>
    public static KernelCall ToCall(in KernelCallSurrogate command)
    {
        var page = new PhysicalAddress(command.Start);
        var (area, first, pages) = (command.Area, (long)command.Start, (long)command.Length);
        return command.Kind switch
        {
            KernelCallKind.Allocate => new VmallocAlloc(pages),
            KernelCallKind.Free => new VmallocFree(area),
            KernelCallKind.ReadOnly => new SetMemoryRo(area, first, pages),
            KernelCallKind.ReadWrite => new SetMemoryRw(area, first, pages),
            KernelCallKind.NoExecute => new SetMemoryNx(area, first, pages),
            KernelCallKind.Execute => new SetMemoryX(area, first, pages),
            KernelCallKind.MakeInvalid => new SetMemoryValid(Linear(command), Valid: false),
            KernelCallKind.MakeValid => new SetMemoryValid(Linear(command), Valid: true),
            KernelCallKind.DirectMapInvalid => new SetDirectMapInvalid(page),
            KernelCallKind.DirectMapDefault => new SetDirectMapDefault(page),
            KernelCallKind.TakeSecret => new TakeSecret(page),
            KernelCallKind.FreeSecret => new FreeSecret(page),
            KernelCallKind.HotAdd => new HotplugAdd(new MemoryRange(page, page + command.Length)),
            KernelCallKind.HotRemove => new HotplugRemove(new MemoryRange(page, page + command.Length)),
            _ => throw new ArgumentException($"{command.Kind} is no kind of kernel call", nameof(command)),
        };
    }

    private static LinearRange Linear(in KernelCallSurrogate command)
    {
        var start = new VirtualAddress(command.Start);
        return new(start, start + command.Length);
    }

    public static KernelCallSurrogate Of(KernelCall call) => call switch
    {
        VmallocAlloc allocate => new(KernelCallKind.Allocate, 0, 0, (ulong)allocate.Pages),
        VmallocFree free => new(KernelCallKind.Free, free.Area, 0, 0),
        SetMemoryRo protect => OfArea(KernelCallKind.ReadOnly, protect),
        SetMemoryRw protect => OfArea(KernelCallKind.ReadWrite, protect),
        SetMemoryNx protect => OfArea(KernelCallKind.NoExecute, protect),
        SetMemoryX protect => OfArea(KernelCallKind.Execute, protect),
        SetMemoryValid { Range: var range } valid =>
            new(valid.Valid ? KernelCallKind.MakeValid : KernelCallKind.MakeInvalid, 0, range.Start.Value,
                range.End - range.Start),
        SetDirectMapInvalid invalid => new(KernelCallKind.DirectMapInvalid, 0, invalid.Page.Value, 0),
        SetDirectMapDefault restore => new(KernelCallKind.DirectMapDefault, 0, restore.Page.Value, 0),
        TakeSecret take => new(KernelCallKind.TakeSecret, 0, take.Page.Value, 0),
        FreeSecret free => new(KernelCallKind.FreeSecret, 0, free.Page.Value, 0),
        HotplugAdd { Range: var range } => new(KernelCallKind.HotAdd, 0, range.Start.Value, range.Length),
        HotplugRemove { Range: var range } => new(KernelCallKind.HotRemove, 0, range.Start.Value, range.Length),
        _ => throw new UnreachableException($"no message carries {call}"),
    };

    private static KernelCallSurrogate OfArea(
        KernelCallKind kind, PermissionCall call) =>
        new(kind, call.Area, (ulong)call.First, (ulong)call.Pages);
}
