using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>
/// The VMID of one CPU, and whether it runs at EL1. A CPU that writes another VMID does so at EL2, where no walk of EL1
/// begins (R_NRJPP), until an ISB behind a write of TTBR or a store shows that it runs under the new one.
/// </summary>
internal sealed class SeenVmid
{
    private bool _isCertain = true;
    private bool _leads;

    /// <summary>The VMID; null before VTTBR_EL2 is written.</summary>
    public ushort? Value { get; private set; }

    /// <summary>Walks of EL1 may begin.</summary>
    public bool Runs { get; private set; } = true;

    /// <summary>The VMID of TLBIs of the CPU, unless they are of every VMID.</summary>
    public TlbiVmid OfTlbis => new(Value is not null, _isCertain ? Value : null);

    /// <summary>VTTBR_EL2 is written; answers whether it is for the first time.</summary>
    public bool Write(ushort vmid)
    {
        bool isFirst = Value is null;
        if (!isFirst && Value != vmid)
            (_isCertain, Runs) = (false, false);
        Value = vmid;
        return isFirst;
    }

    /// <summary>TTBR0 or TTBR1 of EL1 is written.</summary>
    public void Lead() => _leads = true;

    /// <summary>An ISB.</summary>
    public void Isb()
    {
        _isCertain = true;
        Runs |= _leads;
        _leads = false;
    }

    /// <summary>The CPU stores; answers whether it turns out to run.</summary>
    public bool Run()
    {
        if (Runs || !_isCertain)
            return false;
        return Runs = true;
    }
}
