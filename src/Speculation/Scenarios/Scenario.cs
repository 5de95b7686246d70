using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Speculation.Scenarios;

/// <summary>A sequence of calls to a running kernel while every CPU loads and stores.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Summary">One line.</param>
/// <param name="Calls">The calls; each is chosen after the answer to the one before.</param>
public sealed record Scenario(string Name, string Summary, Func<ScenarioContext, IEnumerable<KernelCall>> Calls)
{
    public static Scenario Modules { get; } = new(
        "modules", "modules are loaded and unloaded: text, rodata and data, each with its own permissions",
        LoadAndUnload);

    public static Scenario MostOfMemory { get; } = new(
        "most-of-memory", "80 % of memory becomes read-only and writable again; then one allocation takes nearly all",
        TakeMostOfMemory);

    public static Scenario Secrets { get; } = new(
        "secrets", "pages leave the linear map and come back: secret memory, and pages made invalid as KFENCE does",
        LeaveAndComeBack);

    public static Scenario Parts { get; } = new(
        "parts", "permissions of parts of areas change, and change back", ChangeParts);

    public static Scenario Hotplug { get; } = new(
        "hotplug", "memory is plugged in, a part of it goes out of the map and back, and it is removed", PlugAndUnplug);

    public static IReadOnlyList<Scenario> All { get; } = [Modules, MostOfMemory, Secrets, Parts, Hotplug];

    public static Scenario? Find(string name) => All.FirstOrDefault(s => s.Name == name);

    private static IEnumerable<KernelCall> LoadAndUnload(ScenarioContext context)
    {
        const int Rounds = 16;
        var loaded = new List<int[]>();
        for (int round = 0; round < Rounds; round++)
        {
            var areas = new int[3];
            for (int part = 0; part < areas.Length; part++)
            {
                long pages = 1 + context.Choice.Index(40, Purpose.Page, round, part);
                yield return new VmallocAlloc(pages);
                if (context.LastError != KernelError.None)
                    yield break;
                int area = areas[part] = context.LastArea;
                yield return new SetMemoryNx(area, 0, pages);
                // Text becomes read-only and executable, rodata read-only; data keeps its permissions.
                if (part < 2)
                    yield return new SetMemoryRo(area, 0, pages);
                if (part == 0)
                    yield return new SetMemoryX(area, 0, pages);
            }

            loaded.Add(areas);
            while (loaded.Count > (round == Rounds - 1 ? 0 : 6))
            {
                int which = context.Choice.Index(loaded.Count, Purpose.Area, round, loaded.Count);
                foreach (int area in loaded[which])
                    yield return new VmallocFree(area);
                loaded.RemoveAt(which);
            }
        }
    }

    private static IEnumerable<KernelCall> TakeMostOfMemory(ScenarioContext context)
    {
        yield return new VmallocAlloc(1);
        yield return new VmallocFree(context.LastArea);
        long most = Math.Min(context.FreePages * 8 / 10, ScenarioContext.MaxPages);
        yield return new VmallocAlloc(most);
        int area = context.LastArea;
        yield return new SetMemoryRo(area, 0, most);
        yield return new SetMemoryRw(area, 0, most);
        yield return new SetMemoryRo(area, 0, most);
        yield return new VmallocFree(area);
        yield return new VmallocAlloc(Math.Min(context.FreePages - 1, ScenarioContext.MaxPages));
        yield return new VmallocFree(context.LastArea);
    }

    private static IEnumerable<KernelCall> LeaveAndComeBack(ScenarioContext context)
    {
        const int Rounds = 16;
        for (int round = 0; round < Rounds; round++)
        {
            yield return new VmallocAlloc(1 + context.Choice.Index(8, Purpose.Page, round));
            if (context.LastError != KernelError.None || context.LastPages.IsEmpty)
                yield break;
            var pages = context.LastPages;
            foreach (var page in pages)
                yield return new TakeSecret(page);
            foreach (var page in pages)
                yield return new FreeSecret(page);
            foreach (bool valid in context.CanSetDirectMap ? (bool[])[false, true] : [])
            {
                foreach (var page in pages)
                    yield return new SetMemoryValid(context.Linear(page, context.PageSize), valid);
            }

            yield return new VmallocFree(context.LastArea);
        }
    }

    private static IEnumerable<KernelCall> ChangeParts(ScenarioContext context)
    {
        const int Rounds = 12;
        for (int round = 0; round < Rounds; round++)
        {
            long pages = 4 + context.Choice.Index(30, Purpose.Page, round);
            yield return new VmallocAlloc(pages);
            if (context.LastError != KernelError.None)
                yield break;
            int area = context.LastArea;
            long first = context.Choice.Index((int)pages - 2, Purpose.Area, round);
            long count = 1 + context.Choice.Index((int)(pages - first) - 1, Purpose.Page, round, 1);
            yield return new SetMemoryRo(area, first, count);
            // Half of the range that was changed, rounded up, becomes writable again; the rest keeps its permissions.
            yield return new SetMemoryRw(area, first, (count + 1) / 2);
            if (round % 2 == 0)
                yield return new SetMemoryRw(area, 0, pages);
            yield return new VmallocFree(area);
        }
    }

    private static IEnumerable<KernelCall> PlugAndUnplug(ScenarioContext context)
    {
        if (context.Pluggable is not { } memory)
            yield break;
        ulong piece = memory.Length / 4;
        for (int round = 0; round < 3; round++)
        {
            yield return new HotplugAdd(memory);
            if (context.LastError != KernelError.None)
                yield break;
            if (context.CanSetDirectMap)
            {
                // Whole leaves, then a page in the middle of one.
                var part = context.Linear(memory.Start + piece, piece);
                var page = context.Linear(memory.Start + 3 * piece + (ulong)round * context.PageSize, context.PageSize);
                yield return new SetMemoryValid(part, Valid: false);
                yield return new SetMemoryValid(page, Valid: false);
                yield return new SetMemoryValid(part, Valid: true);
                yield return new SetMemoryValid(page, Valid: true);
            }

            yield return new HotplugRemove(memory);
        }
    }
}
