using System.Reflection;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>An old value that has left every TLB becomes another one, of which nothing is known.</summary>
public sealed class StaleValueReuseTests
{
    private static LintedPage Table(ulong address, int level) => new(address)
    {
        IsTable = true,
        Regime = CasemateRegime.El1,
        HasAsids = true,
        Level = level,
        Roots = [0x1000],
    };

    private static FieldInfo[] Fields => typeof(StaleValue).GetFields(
        BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);

    [Fact]
    public void A_value_that_becomes_another_one_is_as_a_new_one()
    {
        var used = new StaleValue(Table(0x3000, 2), 7, TraceText.Block(0x4000_0000));
        used.Include(TraceText.Block(0x4000_0000) | 1UL << 55);
        foreach (var field in Fields)
            field.SetValue(used, Filled(field.FieldType) ?? field.GetValue(used));
        var page = Table(0x4000, 3);
        used.Become(page, 9, TraceText.Page(0x8000_0000));
        var fresh = new StaleValue(page, 9, TraceText.Page(0x8000_0000));
        foreach (var field in Fields.Where(f => !f.Name.Contains(nameof(StaleValue.Generation))))
            Assert.Equal(Known(field.GetValue(fresh)), Known(field.GetValue(used)));

        // An empty set serves the next value.
        static object? Known(object? value) => value is HashSet<TlbiIssue> { Count: 0 } ? null : value;
    }

    [Fact]
    public void A_value_becomes_another_one_behind_the_event_alone()
    {
        var index = new StaleIndex(most: 8);
        var page = Table(0x3000, 2);
        var first = index.Add(page, 0, TraceText.Block(0));
        index.Remove(first);
        var second = index.Add(page, 1, TraceText.Block(0));
        Assert.NotSame(first, second);
        index.Recycle();
        Assert.Same(first, index.Add(page, 2, TraceText.Block(0)));
    }

    [Fact]
    public void A_value_stays_while_a_list_refers_to_it_and_a_table_descriptor_stays()
    {
        var index = new StaleIndex(most: 8);
        var page = Table(0x3000, 2);
        var progress = new StaleProgress();
        var waits = index.Add(page, 0, TraceText.Block(0));
        progress.AddFresh(waits);
        index.Remove(waits);
        var table = index.Add(page, 0, 0x4003);
        index.Remove(table);
        index.Recycle();
        progress.ClearFresh();
        index.Recycle();
        var next = index.Add(page, 1, TraceText.Block(0));
        Assert.NotSame(waits, next);
        Assert.NotSame(table, next);
    }

    // A value that a new one does not have.
    private static object? Filled(Type type) =>
        type == typeof(int) ? 77 : type == typeof(long) ? 77L : type == typeof(ulong) ? 77UL
        : type == typeof(bool) ? true : type == typeof(int?) ? 77
        : type == typeof(StoreOrder) ? StoreOrder.All : type == typeof(TlbiMiss) ? TlbiMiss.Group
        : type == typeof(LintedEvent) ? new LintedEvent(77, 77)
        : type.IsGenericType && type.IsClass ? Activator.CreateInstance(type) : null;
}
