"""What the operating system says, in Chinese, by the number of its error."""

from __future__ import annotations

import errno
from typing import Final

CHINESE: Final = {
    errno.EACCES: "权限不足",
    errno.EPERM: "不允许这样操作",
    errno.ENOENT: "文件或目录不存在",
    errno.EEXIST: "文件已存在",
    errno.ENOTDIR: "不是目录",
    errno.EISDIR: "是目录",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "超出磁盘配额",
    errno.EIO: "读写出错",
    errno.EROFS: "文件系统只读",
    errno.EBADF: "文件描述符无效",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EMFILE: "打开的文件过多",
    errno.ENFILE: "系统打开的文件过多",
    errno.ELOOP: "符号链接层数过多",
    errno.ENOEXEC: "不是可执行文件",
    errno.ENOLCK: "没有可用的锁",
    errno.EOPNOTSUPP: "系统不支持此操作",
    errno.EBUSY: "设备或资源正被占用",
    errno.ETXTBSY: "程序文件正被占用",
    errno.ENOTEMPTY: "目录不为空",
    errno.EFBIG: "文件过大",
    errno.EINVAL: "参数无效",
    errno.EPIPE: "管道已断开",
}
