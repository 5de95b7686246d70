namespace Orleans.Mmu.Traces.Lint;

/// <summary>The VMIDs under which a CPU walks the trees of EL1.</summary>
internal sealed partial class BbmLinter
{
    // VTTBR_EL2 has another VMID. What TTBR leads to since the last ISB is walked under it.
    private void ChangeVmid(ushort vmid)
    {
        var holder = _holders[_cpu];
        if (!holder.UseVmid(vmid))
            return;
        _worldSwitch.ChangeVmid(_cpu);
        foreach (var register in holder.RegistersOfEl1)
        {
            if (holder.IsLed(register) && holder.TreeOf(register) is { } root)
                Judge(register, root);
        }
    }

    // A store, by which the CPU shows that it runs. Its registers may lead to trees that it has not walked under its
    // VMID before.
    private void Run()
    {
        var holder = _holders[_cpu];
        bool isNew = holder.Run();
        _worldSwitch.Run(_cpu);
        if (!isNew)
            return;
        foreach (var register in holder.RegistersOfEl1)
        {
            if (holder.TreeOf(register) is { } root && _switch.Judge(_cpu, register, root, _event))
                _mayAbortOnSwitch++;
        }
    }
}
