using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>
/// How an access translates by every version that its CPU may use, and what it reads and writes then.
/// </summary>
internal sealed partial class RulesByVersion
{
    private IEnumerable<State> Access(State state, int c, AccessInstruction access)
    {
        var address = state.Cpus[c].Registers[access.Base.Number];
        if (address.Kind == LitmusValueKind.TableWord)
        {
            var next = Begin(state, c, access);
            var cpu = next.Cpus[c];
            int word = (int)address.Bits;
            if (access.Kind == AccessKind.Load)
                Load(next, cpu, access, LitmusValue.Descriptor(next.Versions[word][^1].Descriptor));
            else
                next.Versions[word].Add(((int)cpu.Registers[access.Data.Number].Bits, []));
            if (access.Kind == AccessKind.Store)
                next.Versions[word][^1] = (next.Versions[word][^1].Descriptor, next.Now());
            return [End(next, cpu, access)];
        }

        return Through(state, c, access, address.Page);
    }

    private IEnumerable<State> Through(State state, int c, AccessInstruction access, int page)
    {
        int word = test.Names.Words.ToList().IndexOf(new(page, false));
        for (int v = 0; v < state.Versions[word].Count; v++)
        {
            var descriptor = test.Names.Descriptors[state.Versions[word][v].Descriptor];
            bool cacheable = descriptor.Valid && descriptor.Af;
            // The walk comes after the loads that the address depends on, and after what was invalidated before them.
            var by = state.Cpus[c];
            int index = access.Index.Register is { } register ? register.Number : 31;
            int oldest = cacheable
                ? Math.Max(by.L[word], Math.Max(by.TaintZ[access.Base.Number][word], by.TaintZ[index][word]))
                : Math.Max(by.E[word], Math.Max(by.Taint[access.Base.Number][word], by.Taint[index][word]));
            if (v < oldest)
                continue;
            var next = Begin(state, c, access);
            var cpu = next.Cpus[c];
            string? fault = !descriptor.Valid ? "Translation" : !descriptor.Af ? "AccessFlag"
                : access.Kind == AccessKind.Store && !descriptor.Db ? "Permission" : null;
            if (fault is not null)
            {
                cpu.At--;
                cpu.Fault = (cpu.At, page, fault);
                cpu.Ended = true;
                yield return next;
                continue;
            }

            if (access.Kind == AccessKind.Load)
                Load(next, cpu, access, next.Memory[descriptor.Output!.Value]);
            else
                next.Memory[descriptor.Output!.Value] = access.Data.IsZero ? LitmusValue.Zero
                    : cpu.Registers[access.Data.Number];
            cpu.W = Max(cpu.W, next.Versions[word][v].Stored);
            yield return End(next, cpu, access);
        }
    }

    private static State Begin(State state, int c, AccessInstruction access)
    {
        var next = state.Copy();
        var cpu = next.Cpus[c];
        cpu.At++;
        cpu.A = Max(cpu.A, cpu.Taint[access.Base.Number]);
        if (access.Index.Register is { } index)
            cpu.A = Max(cpu.A, cpu.Taint[index.Number]);
        return next;
    }

    private static void Load(State state, Cpu cpu, AccessInstruction access, LitmusValue value)
    {
        cpu.Registers[access.Data.Number] = value;
        cpu.Taint[access.Data.Number] = state.Now();
        cpu.TaintZ[access.Data.Number] = cpu.Z;
    }

    private State End(State state, Cpu cpu, AccessInstruction access)
    {
        if (access.Kind == AccessKind.Load)
            cpu.LastLoad = state.Now();
        else
            cpu.LastStore = state.Now();
        if (ets2)
            cpu.E = state.Now();
        return state;
    }
}
