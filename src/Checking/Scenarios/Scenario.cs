using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Checking;

/// <summary>Calls that a running kernel gets one after another, while every CPU loads and stores.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Summary">One line.</param>
/// <param name="Calls">The calls, each decided when the one before has been answered.</param>
public sealed record Scenario(string Name, string Summary, Func<ScenarioContext, IEnumerable<KernelCall>> Calls)
{
    public static Scenario Modules { get; } = new("modules", "modules are loaded and unloaded: text, rodata and data, each with its own permissions", LoadAndUnload);

    public static Scenario MostOfMemory { get; } = new("most-of-memory", "80 % of memory becomes read-only and writable again; then one allocation takes nearly all", TakeMostOfMemory);

    public static Scenario Secrets { get; } = new("secrets", "pages leave the linear map and come back: secret memory, ranges made invalid", LeaveAndComeBack);

    public static IReadOnlyList<Scenario> All { get; } = [Modules, MostOfMemory, Secrets];

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
                yield return KernelCall.Allocate(pages);
                if (context.LastError != KernelError.None)
                    yield break;
                int area = areas[part] = context.LastArea;
                yield return KernelCall.Protect(KernelCallKind.NoExecute, area, 0, pages);
                // Text is read-only and executable, rodata read-only, data stays as it is.
                if (part < 2)
                    yield return KernelCall.Protect(KernelCallKind.ReadOnly, area, 0, pages);
                if (part == 0)
                    yield return KernelCall.Protect(KernelCallKind.Execute, area, 0, pages);
            }

            loaded.Add(areas);
            while (loaded.Count > (round == Rounds - 1 ? 0 : 6))
            {
                int which = context.Choice.Index(loaded.Count, Purpose.Area, round, loaded.Count);
                foreach (int area in loaded[which])
                    yield return KernelCall.Free(area);
                loaded.RemoveAt(which);
            }
        }
    }

    private static IEnumerable<KernelCall> TakeMostOfMemory(ScenarioContext context)
    {
        yield return KernelCall.Allocate(1);
        yield return KernelCall.Free(context.LastArea);
        long most = Math.Min(context.FreePages * 8 / 10, ScenarioContext.MaxPages);
        yield return KernelCall.Allocate(most);
        int area = context.LastArea;
        yield return KernelCall.Protect(KernelCallKind.ReadOnly, area, 0, most);
        yield return KernelCall.Protect(KernelCallKind.ReadWrite, area, 0, most);
        yield return KernelCall.Protect(KernelCallKind.ReadOnly, area, 0, most);
        yield return KernelCall.Free(area);
        yield return KernelCall.Allocate(Math.Min(context.FreePages - 1, ScenarioContext.MaxPages));
        yield return KernelCall.Free(context.LastArea);
    }

    private static IEnumerable<KernelCall> LeaveAndComeBack(ScenarioContext context)
    {
        const int Rounds = 16;
        for (int round = 0; round < Rounds; round++)
        {
            yield return KernelCall.Allocate(1 + context.Choice.Index(8, Purpose.Page, round));
            if (context.LastError != KernelError.None || context.LastPages.IsEmpty)
                yield break;
            var pages = context.LastPages;
            foreach (var page in pages)
                yield return KernelCall.OnPage(KernelCallKind.TakeSecret, page);
            foreach (var page in pages)
                yield return KernelCall.OnPage(KernelCallKind.FreeSecret, page);
            yield return KernelCall.Free(context.LastArea);
        }
    }
}
