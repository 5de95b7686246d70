namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// Two CPUs and two page table words, explored by brute force in terms of versions instead of may-sets: each store
/// makes a new version of its word, and a CPU may use every version that is not older than a limit of its own. A TLBI
/// raises the limits to its floor, which it takes with it when it is issued: what its CPU's DSBs and waits have
/// ordered. A DSB NSH waits for no store and orders no broadcast TLBI. The steps are those of protocol files; CPU 1 has
/// no store to a page table word in its store buffer at a DSB NSH.
/// </summary>
/// <param name="programs">The steps of CPU 0 and CPU 1; the last step of CPU 1 is the access that is judged.</param>
/// <param name="mustFault">Whether the access must fault; otherwise it must not.</param>
internal sealed class VersionedMachine(string[][] programs, bool mustFault)
{
    private readonly HashSet<string> _seen = [];
    private readonly Stack<VersionedState> _open = [];

    /// <summary>Whether the access can find what it must not.</summary>
    public bool IsViolated()
    {
        Add(new VersionedState());
        while (_open.TryPop(out var state))
        {
            if (IsWrong(state))
                return true;
            for (int cpu = 0; cpu < 2; cpu++)
            {
                Drain(state, cpu);
                Interrupt(state, cpu);
                Step(state, cpu);
            }
        }

        return false;
    }

    // A cacheable version may be used from First on, an invalid one from FirstInvalid on; the newest always may.
    private bool IsWrong(VersionedState state)
    {
        var cpu = state.Cpus[1];
        if (cpu.Handler != 0 || cpu.At != programs[1].Length - 1)
            return false;
        string versions = state.Versions[0];
        for (int v = 0; v < versions.Length; v++)
        {
            bool isValid = versions[v] == '1';
            int first = isValid ? cpu.First[0] : cpu.FirstInvalid[0];
            if (v >= first && isValid == mustFault)
                return true;
        }

        return false;
    }

    private void Drain(VersionedState before, int number)
    {
        for (int i = 0; i < before.Cpus[number].Buffer.Length; i++)
        {
            var (place, value) = before.Cpus[number].Buffer[i];
            if (before.Cpus[number].Buffer.Take(i).Any(s => s.Place == place))
                continue;
            var state = before.Copy();
            var cpu = state.Cpus[number];
            cpu.Buffer = cpu.Buffer.RemoveAt(i);
            if (place.StartsWith("pte", StringComparison.Ordinal))
                state.Versions[place[4] - '0'] += value;
            else
                state.Words[place[0] - 'a'] = value;
            cpu.LastStore = state.Now;
            Add(state);
        }
    }

    private void Interrupt(VersionedState before, int number)
    {
        if (!before.Cpus[number].IsInterrupted || before.Cpus[number].Handler != 0)
            return;
        var state = before.Copy();
        var cpu = state.Cpus[number];
        (cpu.IsInterrupted, cpu.Handler) = (false, 1);
        cpu.Dsb = cpu.Dsb.Later(cpu.Sender);
        cpu.WideDsb = cpu.WideDsb.Later(cpu.Sender);
        cpu.Synchronize();
        Add(state);
    }

    private void Step(VersionedState before, int number)
    {
        var old = before.Cpus[number];
        if (old.Handler == 0 && old.At == programs[number].Length)
            return;
        string step = old.Handler == 0 ? programs[number][old.At] : old.Handler == 1 ? "d += 1" : "return";
        bool waits = step.StartsWith("wait", StringComparison.Ordinal);
        if ((waits && before.Words[step[5] - 'a'] != step[^1])
            || (step.StartsWith("dsb ish", StringComparison.Ordinal) && old.Buffer.Length > 0))
            return;
        var state = before.Copy();
        var cpu = state.Cpus[number];
        Perform(state, number, step);
        if (old.Handler == 0)
            cpu.At++;
        else
            cpu.Handler = old.Handler == 1 ? 2 : 0;
        Add(state);
    }

    private static void Perform(VersionedState state, int number, string step)
    {
        var (cpu, other) = (state.Cpus[number], state.Cpus[1 - number]);
        if (step.StartsWith("wait", StringComparison.Ordinal))
        {
            cpu.LastBranch = state.Now;
        }
        else if (step.Contains("+=", StringComparison.Ordinal))
        {
            state.Words[step[0] - 'a']++;
            cpu.LastStore = state.Now;
        }
        else if (step.Contains(" = ", StringComparison.Ordinal))
        {
            string value = step.Split(" = ")[1];
            cpu.Buffer = cpu.Buffer.Add((step.Split(" = ")[0], value == "page" ? '1' : value[0]));
        }
        else if (step.StartsWith("tlbi", StringComparison.Ordinal))
        {
            bool broadcast = step.Contains("1is", StringComparison.Ordinal);
            cpu.Pending = cpu.Pending.Add((
                step.EndsWith('0') ? 1 : step.EndsWith('1') && step.Contains("page") ? 2 : 3,
                broadcast, (broadcast ? cpu.WideDsb : cpu.Dsb).Later(cpu.LastBranch)));
        }
        else if (step.StartsWith("dsb", StringComparison.Ordinal))
        {
            if (step != "dsb ishst")
                Complete(cpu, other, all: step == "dsb ish");
            cpu.Dsb = step == "dsb ishst" ? cpu.Dsb.Later(cpu.LastStore) : state.Now;
            if (step != "dsb nsh")
                cpu.WideDsb = step == "dsb ishst" ? cpu.WideDsb.Later(cpu.LastStore) : state.Now;
        }
        else if (step is "isb" or "return")
        {
            cpu.Synchronize();
        }
        else if (step == "send ipi")
        {
            other.Sender = other.IsInterrupted ? other.Sender.Later(cpu.WideDsb) : cpu.WideDsb;
            other.IsInterrupted = true;
        }
    }

    // Each TLBI raises the limits of the words that it names to its own floor; on the issuer only with the next ISB.
    private static void Complete(VersionedCpu cpu, VersionedCpu other, bool all)
    {
        foreach (var (named, broadcast, floor) in cpu.Pending.Where(t => all || !t.Broadcast))
        {
            cpu.Invalidated = cpu.Invalidated.Later(floor.For(named));
            if (!broadcast)
                continue;
            other.First = other.First.Later(floor.For(named));
            other.FirstInvalid = other.FirstInvalid.Later(floor.For(named));
        }

        cpu.Pending = cpu.Pending.RemoveAll(t => all || !t.Broadcast);
    }

    private void Add(VersionedState state)
    {
        if (_seen.Add(state.Key))
            _open.Push(state);
    }
}
