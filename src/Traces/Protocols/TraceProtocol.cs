using System.Globalization;
using System.Text;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Protocols;

/// <summary>
/// Writes what a traced kernel did while it split its map as a protocol file of the checker: root writes, TLBIs and
/// barriers of each CPU as steps, the stores by their kinds. A trace shows neither the flag by which CPUs wait for each
/// other nor trees that are not recorded, so the flag's steps and those of the identity map are added.
/// </summary>
public static class TraceProtocol
{
    private const int MaxName = 60;

    /// <param name="file">The trace's name.</param>
    /// <param name="request">Its first and last events are those of the protocol; its levels are the file's.</param>
    /// <returns>The file's text.</returns>
    /// <exception cref="InputException">
    /// The trace has no such events, or events that no protocol of a repaint has.
    /// </exception>
    public static string Read(string file, Stream stream, LintRequest request)
    {
        var reader = new CasemateReader(file, stream);
        var memory = new LintedMemory(request.MaxPages);
        var cpus = new SortedDictionary<int, TracedSteps>();
        int? writer = null;
        bool isInside = false;
        while (reader.TryRead(out var happened) && !(happened.Id > request.Last))
        {
            int line = (int)Math.Min(reader.Line, int.MaxValue);
            isInside |= !(happened.Id < request.First);
            if (isInside && !cpus.ContainsKey(happened.Cpu))
                cpus[happened.Cpu] = new TracedSteps(file, memory, writer is not null);
            if (happened.Kind == CasemateEventKind.MemoryWrite)
            {
                if (isInside && cpus[happened.Cpu].Store(happened, line))
                {
                    if (writer is { } other && other != happened.Cpu)
                    {
                        throw new InputException(
                            file, line, $"expected stores of CPU {other} alone, found one of CPU {happened.Cpu}");
                    }

                    writer = happened.Cpu;
                    foreach (var cpu in cpus.Values)
                        cpu.SplitHasBegun();
                }

                var page = memory.Get(happened.Address);
                page[(int)(happened.Address >> 3) & (LintedPage.Words - 1)] = happened.Value;
            }
            else if (isInside)
            {
                cpus[happened.Cpu].Add(happened, reader.Source, line, writer == happened.Cpu);
            }
        }

        if (writer is not { } boot)
        {
            throw new InputException(
                file, (int)Math.Clamp(reader.Line, 1, int.MaxValue),
                "expected stores that split blocks, found none (--first and --last say which events are meant)");
        }

        return Text(file, request, cpus[boot], Others(file, cpus, boot));
    }

    // All CPUs but the writer perform the same steps.
    private static TracedSteps? Others(string file, SortedDictionary<int, TracedSteps> cpus, int boot)
    {
        TracedSteps? first = null;
        foreach (var (cpu, steps) in cpus)
        {
            if (cpu == boot || steps.IsEmpty)
                continue;
            if (first is not null && !first.IsLike(steps))
            {
                throw new InputException(
                    file, 1, $"expected every CPU but CPU {boot} to perform the same steps, found other ones of CPU "
                    + $"{cpu}");
            }

            first ??= steps;
        }

        return first;
    }

    private static string Text(string file, LintRequest request, TracedSteps boot, TracedSteps? others)
    {
        string name = string.Concat(Path.GetFileName(file).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"protocol traced-{name[..Math.Min(name.Length, MaxName - 7)]}\n");
        text.Append("about    what a recorded kernel did while it split its map\n");
        string last = request.Last?.ToString(CultureInfo.InvariantCulture) ?? "the end";
        text.Append(CultureInfo.InvariantCulture, $"origin   events {request.First ?? 0} to {last}\n");
        text.Append("levels   ").AppendJoin(", ", request.Levels.Select(level => (int)level)).Append('\n');
        text.Append("map      repaint\n");
        text.Append("\nphase announce, boot cpu\n    # added: a trace does not show the flag\n    flag = 1; smp_mb\n");
        if (others is not null)
            Append(text, "park, secondaries", [.. others.Before, "flag += 1"]);
        Append(text, "repaint, boot cpu",
        [
            .. boot.Before,
            .. others is null ? Array.Empty<string>() : ["wait flag == num_online_cpus"],
            $"# {boot.Kinds}",
            "split [PAGE_OFFSET, lm_alias(_stext))", "split [lm_alias(__init_begin), PAGE_END)",
            .. boot.After, "flag = 0",
        ]);
        if (others is not null)
            Append(text, "resume, secondaries", ["wfe until flag == 0", .. others.After]);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string phase, IEnumerable<string> steps)
    {
        text.Append("\nphase ").Append(phase).Append('\n');
        foreach (string step in steps)
            text.Append("    ").Append(step).Append('\n');
    }
}
