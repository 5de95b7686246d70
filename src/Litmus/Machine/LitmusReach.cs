using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>How an access came to its location.</summary>
/// <param name="Target">The location; not set if the access faults.</param>
/// <param name="Choice">The translation; its word is −1 for a table word, which is accessed untranslated.</param>
internal readonly record struct ReachedLocation(LitmusTarget Target, TranslationChoice Choice)
{
    public bool Faults => Choice.Fault != LitmusFault.None;
}

/// <summary>
/// Finds the location of an access: its address, the translation, and the fault or update that it causes.
/// </summary>
internal sealed class LitmusReach(
    LitmusTest test, LitmusTlb tlb, LitmusTranslation translation, LitmusContext context, bool ets2)
{
    private readonly LitmusLocations _locations = new(test);

    /// <summary>
    /// Reaches a location in one of the possible ways, or takes the fault; false where <paramref name="choice"/>
    /// exceeds their number.
    /// </summary>
    /// <param name="choice">Index of the way, from 0.</param>
    /// <param name="runs">False if this way is not allowed, or not yet.</param>
    public bool TryReach(
        LitmusState state, int cpuNumber, Instruction instruction, LitmusRegister @base, LitmusOperand index,
        AccessKind kind, int choice, out ReachedLocation reached, out bool runs)
    {
        var cpu = state.Cpus[cpuNumber];
        var address = _locations.AddressOf(cpu, instruction, @base, index);
        var taint = cpu.Taint(@base).Max(cpu.Taint(index));
        cpu.AddressFloor = cpu.AddressFloor.Max(taint.Loads);
        runs = true;
        reached = default;
        if (address.Kind == LitmusValueKind.TableWord)
        {
            if (choice > 0)
                return false;
            if (test.El0.Contains(cpuNumber) && !cpu.InHandler)
                return Fault(
                    state, cpuNumber, address, new(-1, 0, -1, LitmusFault.Permission), out reached, out runs);
            var target = new LitmusTarget(true, (int)address.Bits);
            reached = new(target, new(-1, 0, -1, LitmusFault.None));
            // Hardware that has read the word writes it before anybody else does.
            runs = kind == AccessKind.Load || !HardwareUpdate.IsBusy(state, target.Number);
            return true;
        }

        var choices = translation.Choices(state, cpuNumber, address.Page, kind, taint);
        if (choice >= choices.Length)
            return false;
        var chosen = choices[choice];
        if (chosen.Fault != LitmusFault.None)
            return Fault(state, cpuNumber, address, chosen, out reached, out runs);
        reached = new(new(false, _locations.CellOf(chosen, address.Offset, instruction)), chosen);
        return true;
    }

    /// <summary>
    /// Completes an access that has been performed: hardware updates the descriptor, and floors rise.
    /// </summary>
    public void Complete(LitmusState state, int cpuNumber, ReachedLocation reached)
    {
        var cpu = state.Cpus[cpuNumber];
        var choice = reached.Choice;
        if (choice.Word >= 0)
            // The walk read this version, so an ISB orders later walks after the store of that version.
            cpu.WalkFloor = cpu.WalkFloor.Max(state.Memory.StoredAt(choice.Word, choice.Version));
        if (choice.Update is { } updated)
        {
            int number = test.Number(updated);
            if (choice.IsLate)
                cpu.Updates.Add(new(choice.Word, number));
            else
                state.Memory.Store(choice.Word, number);
        }

        cpu.At++;
        if (ets2)
            tlb.RenewEarly(state.Memory, cpu);
    }

    /// <summary>Translates an address for AT in one of the possible ways; false where there are no more.</summary>
    public bool TryTranslate(LitmusState state, int cpuNumber, TranslateInstruction translate, int choice)
    {
        var cpu = state.Cpus[cpuNumber];
        var address = _locations.AddressOf(cpu, translate, translate.Register, default);
        if (address.Kind != LitmusValueKind.Address || test.Updates(cpuNumber) != HardwareUpdates.None)
            throw new InputException(
                test.Source, translate.Line,
                $"expected the address of a page, and no hardware updates on P{cpuNumber}, found "
                + $"{test.Names.Text(address)} in {translate.Text}");
        var taint = cpu.Taint(translate.Register);
        var choices = translation.Choices(state, cpuNumber, address.Page, translate.Kind, taint);
        if (choice >= choices.Length)
            return false;
        cpu.AddressFloor = cpu.AddressFloor.Max(taint.Loads);
        var chosen = choices[choice];
        bool forbidden = chosen.Word >= 0 && translate.AtEl0
            && !test.Names.Descriptors[state.Memory.Descriptor(chosen.Word, chosen.Version)].El0;
        if (chosen.Word >= 0)
            cpu.WalkFloor = cpu.WalkFloor.Max(state.Memory.StoredAt(chosen.Word, chosen.Version));
        cpu.Translated = LitmusValue.Translated(
            chosen.Fault != LitmusFault.None || forbidden || chosen.Output < 0 ? null : chosen.Output);
        cpu.IsTranslatedSettled = false;
        cpu.At++;
        return true;
    }

    private bool Fault(
        LitmusState state, int cpuNumber, LitmusValue address, TranslationChoice chosen, out ReachedLocation reached,
        out bool runs)
    {
        var cpu = state.Cpus[cpuNumber];
        reached = new(default, chosen);
        runs = true;
        var record = new FaultRecord(cpu.At, address, chosen.Fault);
        if (chosen.Fault == LitmusFault.Conflict)
        {
            cpu.HasEnded = true;
            if (!cpu.Faults.Contains(record))
                cpu.Faults.Add(record);
            return true;
        }

        if (chosen.Word >= 0)
        {
            // With FEAT_ETS3 the walk of every fault comes after the CPU's earlier accesses.
            if (test.Variant.Ets3 && chosen.Version < cpu.LastLoad.Max(cpu.LastStore)[chosen.Word])
                runs = false;
            cpu.WalkFloor = cpu.WalkFloor.Max(state.Memory.StoredAt(chosen.Word, chosen.Version));
        }

        runs = runs && context.TryEnter(state, cpuNumber, record, returnsTo: cpu.At);
        return true;
    }
}
